
// --- The library at a glance. ---

views.overview = { show: showOverview };

async function showOverview(params) {}
