
// --- What didn’t work. ---

views.lessons = { show: showLessons };

async function showLessons(params) {}
