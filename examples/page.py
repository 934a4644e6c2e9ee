"""A page that labels what one types: label, probabilities, and the words that matter
==================================================================================

::

    streamlit run examples/page.py                       (made-up tweets, a small model)
    streamlit run examples/page.py -- model.skclf        (a saved pipeline of texts)

The file is named here and not on the page. One that is a pickle is refused.
"""

import sys

import pandas as pd
import streamlit as st

import skclf


@st.cache_resource
def load(path):
    if path:
        return skclf.load(path)
    tweets = skclf.datasets.make_tweets(2000, random_state=0)
    model = skclf.make_text_classifier("tfidf-logreg")
    return model.fit(tweets.data["text"], tweets.target_names[tweets.target])


st.title("What is this text?")
model = load(sys.argv[1] if sys.argv[1:] else None)
text = st.text_area("Text", max_chars=2000)
if not text.strip():
    st.info("Type a text, then press Ctrl and Enter.")
    st.stop()
(found,) = skclf.explain(model, [text])
st.html(found._repr_html_())
st.caption("Blue speaks for the label, orange against it.")
if hasattr(model, "predict_proba"):
    scores = pd.Series(model.predict_proba([text])[0], map(str, model.classes_))
    bars = st.column_config.ProgressColumn(min_value=0, max_value=1, format="%.3f")
    scores = scores.sort_values(ascending=False).rename("probability").to_frame()
    st.dataframe(scores, column_config={"probability": bars})
