"""Evenhand's library."""

import os

# One OpenMP thread a process, unless the user says otherwise: the networks and boosters here are small, and on a shared
# machine OpenMP's spinning threads wait for one another so long that two took ten times as long as one. Work runs in
# parallel over independent fits instead. It must be set before scikit-learn or torch is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")
