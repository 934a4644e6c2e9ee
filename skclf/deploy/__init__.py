"""Fitted pipelines leave the process: files, and predictions for many documents.

Public names are imported on first use.
"""

from skclf._lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "Monitor": "skclf.deploy._drift",
        "MonitorReport": "skclf.deploy._monitor_report",
        "OnnxClassifier": "skclf.deploy._onnx_classifier",
        "TRUSTED_TYPES": "skclf.deploy.safe._trusted_types",
        "check_convertible": "skclf.deploy._check_convertible",
        "to_onnx_pipeline": "skclf.deploy._to_onnx",
        "save": "skclf.deploy._file",
        "load": "skclf.deploy._file",
        "inspect_file": "skclf.deploy._look",
        "read_report": "skclf.deploy._look",
        "predict_stream": "skclf.deploy._stream",
        "FileSummary": "skclf.deploy.files._summary",
        "predict_file": "skclf.deploy.files._predict_file",
    },
)
