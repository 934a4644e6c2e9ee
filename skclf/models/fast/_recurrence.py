"""Recurrent layers on loops that are faster than those of Keras, without a GPU.

They compute what Keras computes, up to rounding; what they cannot do is left to Keras.
Keras' loops are about forty operations for each word, and in training as many again:
for layers of the size that short texts need, most of the time goes into starting them.
Measured on the nets of ``benchmarks/training.py``.
"""

from functools import partial

import tensorflow as tf

from skclf.models.building._scikeras import keras

# Inputs and units of an LSTM, added up, from which Keras' loop is as fast.
SMALL_LSTM = 192
# The same, from which the gradient of the kernel is slower than a loop.
SLOW_GRADIENT = 128


def speed_up(layers, gradient_names):
    """Put faster loops into recurrent layers that do not run on a GPU.

    Parameters
    ----------
    layers : iterable of keras.layers.Layer
        Layers of a model that nobody else uses.
    gradient_names : list of str
        To which the loops add when they are traced; see `forget_gradients`.
    """
    if tf.config.list_logical_devices("GPU"):
        return
    for layer in _recurrent(layers):
        layer.inner_loop = partial(_inner_loop, layer, gradient_names)


def slow_down(layers):
    """Take the loops out again."""
    for layer in _recurrent(layers):
        vars(layer).pop("inner_loop", None)


def check_loops():
    """Raise AttributeError where Keras no longer has what is private, but needed."""
    for layer in _LOOPS:
        layer.inner_loop  # noqa: B018
    _gradient_registry().pop  # noqa: B018


def _gradient_registry():
    from tensorflow.python.framework import ops

    return ops.gradient_registry._registry


def forget_gradients(names):
    """Let go of the graphs of loops, once all that needs their gradients is traced.

    TensorFlow registers a custom gradient, and with it the graph, until the process
    ends; there is no public way to take it back.
    """
    while names:
        _gradient_registry().pop(names.pop(), None)


def _recurrent(layers):
    """The layers that a loop of ours can compute."""
    for layer in layers:
        if type(layer) is keras.layers.Bidirectional:
            yield from _recurrent((layer.forward_layer, layer.backward_layer))
        elif type(layer) in _LOOPS and _is_plain(layer):
            yield layer


def _is_plain(layer):
    if type(layer) is keras.layers.LSTM:
        is_known = layer.cell.kernel.shape[0] + layer.units <= SMALL_LSTM
    else:
        is_known = layer.reset_after
    return (
        is_known
        and layer.activation is keras.activations.tanh
        and layer.recurrent_activation is keras.activations.sigmoid
        and layer.use_bias
        and not (layer.dropout or layer.recurrent_dropout or layer.unroll)
        and not layer.return_state  # memory cells have no gradient here
        and layer.compute_dtype == "float32"
    )


def _inner_loop(layer, names, sequences, initial_state, mask, training=False):
    """In the place of the layer's method of this name."""
    if mask is not None:
        return type(layer).inner_loop(layer, sequences, initial_state, mask, training)
    x = tf.transpose(sequences, (1, 0, 2))
    if layer.go_backwards:
        x = x[::-1]
    n_docs = tf.shape(x)[1]
    is_padded = isinstance(layer, keras.layers.LSTM) and layer.units % 2
    if is_padded:  # where both sizes are odd, TensorFlow's kernel warns in each call
        x = tf.pad(x, [(0, 0), (0, n_docs % 2), (0, 0)])
        initial_state = [tf.pad(s, [(0, n_docs % 2), (0, 0)]) for s in initial_state]
    states, *cells = _LOOPS[type(layer)](layer.cell, x, *initial_state)
    is_traced = not tf.executing_eagerly()
    if is_traced and states.op.type == "IdentityN":  # with a custom gradient
        names.append(states.op.get_attr("_gradient_op_type").decode())
    if is_padded:
        states, *cells = (array[:, :n_docs] for array in (states, *cells))
    last = [array[-1] for array in (states, *cells)]
    if layer.return_sequences:
        return last[0], tf.transpose(states, (1, 0, 2)), last
    return last[0], last[0][:, None], last


def _lstm(cell, x, state, memory):
    """States and memory cells at all positions."""
    kernel = tf.concat([cell.kernel.value, cell.recurrent_kernel.value], axis=0)
    # Gates in the order of the kernel: i, c, f, o. Keras has i, f, c, o.
    i, f, c, o = tf.split(tf.concat([kernel, cell.bias.value[None]], 0), 4, axis=1)
    weights = tf.concat([i, c, f, o], axis=1)
    if kernel.shape[0] < SLOW_GRADIENT:
        out = _lstm_kernel(x, state, memory, weights[:-1], weights[-1])
        return out.h, out.cs
    return _lstm_states(x, state, memory, weights[:-1], weights[-1])


def _lstm_kernel(x, first, memory, kernel, bias):
    """What the kernel of TensorFlow computes, which has a gradient of its own."""
    peephole = tf.zeros(first.shape[1])
    # The later version of this kernel has other gradients.
    return tf.raw_ops.BlockLSTM(
        seq_len_max=tf.shape(x, tf.int64)[0],
        x=x,
        h_prev=first,
        cs_prev=memory,
        w=kernel,
        b=bias,
        wci=peephole,
        wcf=peephole,
        wco=peephole,
        forget_bias=0.0,
        cell_clip=-1.0,
        use_peephole=False,
    )


@tf.custom_gradient
def _lstm_states(x, first, memory, kernel, bias):
    """The kernel for the states, and for its gradient a loop with one product a word.

    Parameters
    ----------
    x : tensor of shape (length, n, dim)
        Words.
    first, memory : tensor of shape (n, units)
        State and memory cells before the first word.
    kernel : tensor of shape (dim + units, 4 * units)
        Both kernels of the layer.
    bias : tensor of shape (4 * units,)
        Its bias.

    Returns
    -------
    states, cells : tensor of shape (length, n, units)
        States and memory cells. Cells have no gradient.
    """
    units = first.shape[1]
    dim = kernel.shape[0] - units
    out = _lstm_kernel(x, first, memory, kernel, bias)

    def gradient(upstream, _):
        i, f, o, new, co = out.i, out.f, out.o, out.ci, out.co
        before = tf.concat([memory[None], out.cs[:-1]], axis=0)
        # What a change of the cells or of the state does to each sum before its
        # activation.
        factors = [
            new * i * (1 - i),
            i * (1 - tf.square(new)),
            before * f * (1 - f),
            co * o * (1 - o),
            o * (1 - tf.square(co)),
            f,
            upstream,
        ]
        factors = _read_by_word(tf.concat(factors, axis=2))
        turned = tf.transpose(kernel[dim:])

        def step_back(t, change, of_cells, found):
            of_sums, to_cells, kept, given = tf.split(
                factors.read(t), [4 * units, units, units, units], axis=1
            )
            change += given
            of_cells += change * to_cells
            sums = of_sums * tf.concat([of_cells, of_cells, of_cells, change], axis=1)
            change = tf.matmul(sums, turned)
            return t - 1, change, of_cells * kept, found.write(t, sums)

        length, zeros = tf.shape(x)[0], tf.zeros_like(first)
        _, change, of_cells, found = tf.while_loop(
            lambda t, *_: t >= 0,
            step_back,
            (length - 1, zeros, zeros, *_written_by_word(length, 1)),
        )
        sums = tf.reshape(found.stack(), (-1, 4 * units))
        states = tf.concat([first[None], out.h[:-1]], axis=0)
        seen = tf.reshape(tf.concat([x, states], axis=2), (-1, dim + units))
        of_x = tf.matmul(sums, kernel[:dim], transpose_b=True)
        return (
            tf.reshape(of_x, tf.shape(x)),
            change,
            of_cells,
            tf.matmul(seen, sums, transpose_a=True),
            tf.reduce_sum(sums, axis=0),
        )

    return (out.h, out.cs), gradient


def _gru(cell, x, state):
    """States at all positions."""
    bias = cell.bias.value
    inputs = tf.tensordot(x, cell.kernel.value, 1) + bias[0]
    recurrent = tf.convert_to_tensor(cell.recurrent_kernel.value)
    return (_gru_states(inputs, state, recurrent, bias[1]),)


@tf.custom_gradient
def _gru_states(inputs, first, kernel, bias):
    """The loop of a GRU, and one for its gradient with a single product for each word.

    Parameters
    ----------
    inputs : tensor of shape (length, n, 3 * units)
        Words times the kernel of the layer: for update gate, reset gate and candidate.
    first : tensor of shape (n, units)
        State before the first word.
    kernel : tensor of shape (units, 3 * units)
        The recurrent kernel.
    bias : tensor of shape (3 * units,)
        Its bias.

    Returns
    -------
    tensor of shape (length, n, units)
        States.
    """
    units, length = kernel.shape[0], tf.shape(inputs)[0]
    x = _read_by_word(inputs)

    def step(t, state, *arrays):
        word, ahead = x.read(t), tf.matmul(state, kernel) + bias
        gates = tf.sigmoid(word[:, : 2 * units] + ahead[:, : 2 * units])
        update, reset = tf.split(gates, 2, axis=1)
        ahead = ahead[:, 2 * units :]
        new = tf.tanh(word[:, 2 * units :] + reset * ahead)
        state = new + update * (state - new)
        values = zip(arrays, (state, gates, ahead, new), strict=True)
        return t + 1, state, *(array.write(t, value) for array, value in values)

    _, _, *arrays = tf.while_loop(
        lambda t, *_: t < length, step, (0, first, *_written_by_word(length, 4))
    )
    states, gates, ahead, new = (array.stack() for array in arrays)

    def gradient(upstream):
        before = tf.concat([first[None], states[:-1]], axis=0)
        update, reset = tf.split(gates, 2, axis=2)
        # What a change of each sum, before its activation, does to the state.
        of_new = (1 - update) * (1 - tf.square(new))
        of_update = (before - new) * update * (1 - update)
        of_reset = of_new * ahead * reset * (1 - reset)
        factors = tf.concat([of_new, of_update, of_reset, of_new * reset], axis=2)
        factors, kept, given = map(_read_by_word, (factors, update, upstream))
        turned = tf.transpose(kernel)

        def step_back(t, change, found):
            change += given.read(t)
            sums = factors.read(t) * tf.tile(change, (1, 4))
            change = change * kept.read(t) + tf.matmul(sums[:, units:], turned)
            return t - 1, change, found.write(t, sums)

        _, change, found = tf.while_loop(
            lambda t, *_: t >= 0,
            step_back,
            (length - 1, tf.zeros_like(first), *_written_by_word(length, 1)),
        )
        sums = found.stack()
        of_inputs = tf.concat([sums[..., units : 3 * units], sums[..., :units]], axis=2)
        sums = tf.reshape(sums[..., units:], (-1, 3 * units))
        before = tf.reshape(before, (-1, units))
        of_kernel = tf.matmul(before, sums, transpose_a=True)
        return of_inputs, change, of_kernel, tf.reduce_sum(sums, axis=0)

    return states, gradient


def _read_by_word(values):
    return tf.TensorArray(tf.float32, tf.shape(values)[0]).unstack(values)


def _written_by_word(length, n):
    return [tf.TensorArray(tf.float32, length) for _ in range(n)]


_LOOPS = {keras.layers.LSTM: _lstm, keras.layers.GRU: _gru}
