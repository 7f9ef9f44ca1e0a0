
// --- Compare. ---

views.compare = { show: showCompare };

async function showCompare(params) {}
