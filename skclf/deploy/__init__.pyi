# What type checkers see, as names are imported on first use.
from skclf.deploy._check_convertible import check_convertible as check_convertible
from skclf.deploy._drift import Monitor as Monitor
from skclf.deploy._file import load as load
from skclf.deploy._file import save as save
from skclf.deploy._look import inspect_file as inspect_file
from skclf.deploy._look import read_report as read_report
from skclf.deploy._monitor_report import MonitorReport as MonitorReport
from skclf.deploy._onnx_classifier import OnnxClassifier as OnnxClassifier
from skclf.deploy._stream import predict_stream as predict_stream
from skclf.deploy._to_onnx import to_onnx_pipeline as to_onnx_pipeline
from skclf.deploy.files._predict_file import predict_file as predict_file
from skclf.deploy.files._summary import FileSummary as FileSummary
from skclf.deploy.safe._trusted_types import TRUSTED_TYPES as TRUSTED_TYPES
