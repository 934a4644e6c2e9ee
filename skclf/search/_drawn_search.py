"""A search over candidates that are drawn before it begins."""

from sklearn.model_selection import GridSearchCV, ParameterSampler, StratifiedKFold

from skclf.compose import make_text_classifier
from skclf.search._searched import Searched
from skclf.search._spaces import known_space


def drawn_search(name, *, n_candidates, cv, random_state, **options):
    """A random search over a ready-made pipeline, which is itself the first candidate.

    With more candidates, the first ones are the same: a resumable search goes on.

    Parameters
    ----------
    name : str
        The pipeline.
    n_candidates : int
        Number of candidates.
    cv : int
        Number of stratified, shuffled folds.
    random_state : int
        Seed of candidates, folds and the pipeline.
    **options : dict
        Of :func:`skclf.make_text_classifier`.

    Returns
    -------
    GridSearchCV
        The search by accuracy, not fitted.
    """
    estimator = make_text_classifier(name, random_state=random_state, **options)
    searched = Searched(name, estimator, known_space(name), options)
    space = searched.in_pipeline(searched.distributions)
    drawn = ParameterSampler(space, n_candidates - 1, random_state=random_state)
    candidates = [searched.in_pipeline(searched.present()), *drawn]
    folds = StratifiedKFold(cv, shuffle=True, random_state=random_state)
    grid = [{p: [value] for p, value in one.items()} for one in candidates]
    return GridSearchCV(estimator, grid, cv=folds, scoring="accuracy")
