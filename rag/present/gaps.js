
// --- What people ask that is not here. ---

views.gaps = { show: showGaps, within: "tests" };

async function showGaps(params) {}
