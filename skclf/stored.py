"""Names in saved models, wherever their code is by now.

They are what pickles of skclf hold besides public names; nothing else should import
them from here. A name stays for as long as files with it are to be loaded.
"""

from skclf._lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "Architecture": "skclf.models.building._architecture",
        "CheckedLogisticRegression": "skclf.compose._class_weight",
        "Evidence": "skclf.evaluate.reporting._evidence",
        "EveryClassKFold": "skclf.compose._calibration_folds",
        "FittedNet": "skclf.models.training._fitted",
        "Group": "skclf.category._grouping",
        "InMemory": "skclf.embed._in_memory",
        "MajorityClass": "skclf.evaluate._candidates",
        "ManyClassSVC": "skclf.compose._many_classes",
        "NetInput": "skclf.models.rows._inputs",
        "OnnxNet": "skclf.deploy._onnx_classifier",
        "ColumnSelection": "skclf.compose._column_selection",
        "Predictions": "skclf.evaluate._predictions",
        "ResumableGridSearchCV": "skclf.search._resumable",
        "ResumableHalvingGridSearchCV": "skclf.search._resumable",
        "ResumableHalvingRandomSearchCV": "skclf.search._resumable",
        "ResumableRandomizedSearchCV": "skclf.search._resumable",
        "Scored": "skclf.evaluate.reporting._evidence",
        "SentenceGraph": "skclf.embed._sentence_graph",
        "SideBySide": "skclf.compose._side_by_side",
        "SparseUnion": "skclf.compose._sparse_union",
        "StaticTable": "skclf.embed._static_table",
        "TableEncoder": "skclf.compose._table_encoder",
        "WeightedCalibration": "skclf.compose._class_weight",
        "WeightedNB": "skclf.compose._class_weight",
        "WeightedStack": "skclf.compose._class_weight",
        "WeightedVote": "skclf.compose._class_weight",
        "WordCountVectorizer": "skclf.compose._vectorizers",
        "WordTfidfVectorizer": "skclf.compose._vectorizers",
        "find_again": "skclf.embed._in_memory",
        "name_of_texts": "skclf.compose._wide",
        "check_documents": "skclf._validation",
        "log_odds": "skclf.compose._log_odds",
        "names_of_parts": "skclf.compose._times",
        "number_columns": "skclf.compose._pipeline_on_columns",
        "text_columns": "skclf.compose._pipeline_on_columns",
        "time_columns": "skclf.compose._pipeline_on_columns",
        "time_parts": "skclf.compose._times",
        "to_floats": "skclf.compose._pipeline_on_columns",
    },
)
