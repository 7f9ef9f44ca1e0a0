
// --- Filters: beside the conversation and above the cases. ---
