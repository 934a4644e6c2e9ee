"""How many words a net reads at once, at least and at most."""

from skclf.models._scikeras import keras

# No kernel is as wide. Where so many words are too few, the net reads none at all.
_MOST_WORDS = 1 << 14


def input_lengths(model, architecture):
    """The numbers of words that a net can read.

    Parameters
    ----------
    model : keras.Model
        The net.
    architecture : Architecture
        Its recipe.

    Returns
    -------
    shortest : int
        Documents with fewer words are padded.
    longest : int or None
        Those with more are cut; None if there is no limit.

    Raises
    ------
    ValueError
        If the net reads documents of no length.
    """
    if not architecture.reads_tokens:
        return 1, None
    width = model.inputs[0].shape[1]
    if width is not None:
        return width, width
    return (1 if architecture.is_ours() else _shortest(model)), None


def _shortest(model):
    """What is left of so many words is something, in all layers."""
    probe = keras.Model(model.inputs, _parts(model))
    enough = 1
    while (problem := _problem(probe, enough)) is not None:
        enough *= 2
        if enough > _MOST_WORDS:
            raise ValueError(
                f"Expected a net that reads documents of some length, got "
                f"{model.name!r}, which reads none of 1 to {_MOST_WORDS} words: "
                f"{str(problem)[:300]}"
            ) from problem
    too_few = enough // 2
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        if _problem(probe, middle) is None:
            enough = middle
        else:
            too_few = middle
    return enough


def _parts(model):
    """What all layers give, from the output back."""
    found, ahead = {}, list(model.outputs)
    while ahead:
        tensor = ahead.pop()
        if id(tensor) not in found:
            found[id(tensor)] = tensor
            layer, node, _ = tensor._keras_history
            ahead += layer._inbound_nodes[node].input_tensors
    return list(found.values())


def _problem(probe, n_words):
    """What is wrong with documents of so many words; None if nothing is."""
    first, *others = probe.inputs
    shapes = [(1, n_words, *first.shape[2:]), *((1, *x.shape[1:]) for x in others)]
    inputs = [
        keras.KerasTensor(shape, tensor.dtype)
        for shape, tensor in zip(shapes, probe.inputs, strict=True)
    ]
    try:
        found = probe.compute_output_spec(inputs)
    except Exception as error:  # whatever a layer of the user's raises
        return error
    empty = [part for part in keras.tree.flatten(found) if 0 in part.shape]
    return ValueError(f"nothing is left of them in {empty[0]}") if empty else None
