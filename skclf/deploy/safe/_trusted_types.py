"""What a safe file may name. Nothing else is imported or made when one is loaded.

To be listed, a class has to be made by ``cls.__new__`` and its attributes, run no code
of its file's choice when it predicts, and index no memory by numbers that it does not
check: so there are no trees, neighbours and kernel machines here, no searches, and no
nets of Keras.
"""

from importlib import import_module

_OURS = """
category.CategoryCanonicalizer category.LocationCanonicalizer
compose.AbstainingClassifier compose.CostSensitiveClassifier compose.LabelThresholdsCV
compose.Distilled compose.TextAndTable
deploy.Monitor deploy.OnnxClassifier
embed.EmbeddingLookup embed.EmbeddingTrainer embed.EmbeddingUnion embed.SentenceEncoder
features.DocumentEmbedding features.TextStatistics
sequence.SequenceEncoder
text.TextCleaner
stored.CheckedLogisticRegression stored.ColumnSelection stored.EveryClassKFold
stored.Group stored.MajorityClass stored.ManyClassSVC stored.NetInput stored.OnnxNet
stored.SentenceGraph stored.SideBySide stored.SparseUnion stored.StaticTable
stored.TableEncoder
stored.WeightedCalibration stored.WeightedNB stored.WeightedStack stored.WeightedVote
stored.WordCountVectorizer stored.WordTfidfVectorizer
stored.check_documents stored.log_odds stored.name_of_texts stored.names_of_parts
stored.number_columns stored.text_columns stored.time_columns stored.time_parts
stored.to_floats
"""

_SCIKIT_LEARN = """
calibration.CalibratedClassifierCV calibration._CalibratedClassifier
calibration._SigmoidCalibration
compose._column_transformer.ColumnTransformer
compose._column_transformer.make_column_selector
decomposition._nmf.NMF decomposition._pca.PCA decomposition._truncated_svd.TruncatedSVD
dummy.DummyClassifier
ensemble._stacking.StackingClassifier ensemble._voting.VotingClassifier
feature_extraction._dict_vectorizer.DictVectorizer
feature_extraction.text.CountVectorizer feature_extraction.text.HashingVectorizer
feature_extraction.text.TfidfTransformer feature_extraction.text.TfidfVectorizer
feature_selection._univariate_selection.SelectKBest
feature_selection._univariate_selection.SelectPercentile
feature_selection._univariate_selection.chi2
feature_selection._univariate_selection.f_classif
feature_selection._variance_threshold.VarianceThreshold
impute._base.MissingIndicator impute._base.SimpleImputer
isotonic.IsotonicRegression
linear_model._base.LinearRegression
linear_model._logistic.LogisticRegression linear_model._logistic.LogisticRegressionCV
linear_model._ridge.RidgeClassifier linear_model._ridge.RidgeClassifierCV
model_selection._classification_threshold.FixedThresholdClassifier
model_selection._split.KFold model_selection._split.StratifiedKFold
multiclass.OneVsOneClassifier multiclass.OneVsRestClassifier
multiclass._ConstantPredictor
multioutput.ClassifierChain multioutput.MultiOutputClassifier
naive_bayes.BernoulliNB naive_bayes.CategoricalNB naive_bayes.ComplementNB
naive_bayes.GaussianNB naive_bayes.MultinomialNB
pipeline.FeatureUnion pipeline.Pipeline
preprocessing._data.MaxAbsScaler preprocessing._data.MinMaxScaler
preprocessing._data.Normalizer preprocessing._data.PowerTransformer
preprocessing._data.QuantileTransformer preprocessing._data.RobustScaler
preprocessing._data.StandardScaler
preprocessing._discretization.KBinsDiscretizer
preprocessing._encoders.OneHotEncoder preprocessing._encoders.OrdinalEncoder
preprocessing._function_transformer.FunctionTransformer
preprocessing._label.LabelBinarizer preprocessing._label.LabelEncoder
preprocessing._label.MultiLabelBinarizer
svm._classes.LinearSVC
utils._bunch.Bunch
utils._metadata_requests.MetadataRequest
utils._metadata_requests.MethodMetadataRequest
utils._metadata_requests.MethodMapping utils._metadata_requests.MetadataRouter
"""

# As values of parameters, such as dtype=np.float32 and func=np.log1p.
_VALUES = """
builtins.bool builtins.float builtins.int builtins.str
numpy.abs numpy.absolute numpy.cbrt numpy.exp numpy.expm1 numpy.float32 numpy.float64
numpy.int32 numpy.int64 numpy.log numpy.log10 numpy.log1p numpy.log2 numpy.sqrt
numpy.square numpy.tanh
"""

_MOST_CORES = 1024

_TRUSTED = frozenset(
    [f"skclf.{name}" for name in _OURS.split()]
    + [f"sklearn.{name}" for name in _SCIKIT_LEARN.split()]
    + _VALUES.split()
)
TRUSTED_TYPES = sorted(_TRUSTED)  # a list, as MLflow takes it; ours does not change


def trusted_name(value):
    """The name of a class or function, if it is one that a safe file may name.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    str or None
        The name; None for all else.

    Examples
    --------
    >>> from skclf.deploy.safe._trusted_types import trusted_name
    >>> from skclf.text import TextCleaner
    >>> trusted_name(TextCleaner), trusted_name(eval)
    ('skclf.text.TextCleaner', None)
    """
    module = getattr(value, "__module__", None) or "numpy"  # ufuncs have none
    name = f"{module}.{getattr(value, '__qualname__', '')}"
    return name if name in _TRUSTED and named(name) is value else None


def check_attributes(attributes):
    """Refuse what would let a file reach beyond itself when its model predicts.

    Parameters
    ----------
    attributes : dict
        Those of an object.

    Raises
    ------
    ValueError
        If texts would be names of files, or more processes or threads would be started
        than machines have cores.
    """
    if attributes.get("input") in ("file", "filename"):
        raise ValueError("it takes texts for names of files")
    for name in ("n_jobs", "n_threads"):
        number = attributes.get(name)
        if (
            isinstance(number, int | float)
            and not -_MOST_CORES <= number <= _MOST_CORES
        ):
            raise ValueError(f"it asks for {name}={number!r}")


def named(name):
    """The class or function of a name in the list.

    Parameters
    ----------
    name : str
        As a file has it.

    Returns
    -------
    type or callable
        What has that name.

    Raises
    ------
    ValueError
        If the name is not in the list, or not here.
    """
    if not isinstance(name, str) or name not in _TRUSTED:
        raise ValueError(
            f"it names {str(name)[:100]!r}, which is not in skclf.deploy.TRUSTED_TYPES"
        )
    module, _, last = name.rpartition(".")
    try:
        return getattr(import_module(module), last)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"it names {name!r}, which is not here ({error})") from error
