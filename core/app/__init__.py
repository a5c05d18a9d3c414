"""What the pages share: the only part of `core` that imports Streamlit."""
