"""What predicts in the end, inside of estimators that have fitted another one."""


def unwrapped(estimator):
    """The best estimator of a search, or the student of a teacher; else as it is."""
    for name in ("best_estimator_", "student_"):
        inner = getattr(estimator, name, None)
        if inner is not None:
            return unwrapped(inner)
    return estimator
