
// --- Evidence pack. ---

views.pack = { show: showPack };

async function showPack(params) {}
