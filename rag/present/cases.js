
// --- Cases. ---

views.cases = { show: showCases };

async function showCases(params) {}

views.case = { show: showCase, within: "cases" };

async function showCase(params) {}
