"""Does retrieval still work: test questions, metrics, reports, proposals of questions, calibration."""
