"""DECAF: a causal GAN with one network per variable, whose edges into the target are cut when rows are drawn.

Source: van Breugel, Kyono, Berrevoets, van der Schaar, "DECAF: Generating Fair Synthetic Data Using Causally-Aware
Generative Networks", NeurIPS 2021. Settings of the authors (`paper`): 200 hidden units, one step of the critic for each
of the generator, penalty 10, rate 1e-3 with momentum .5, batch 100, 50 epochs. `default`: 80 epochs at batch 500 with
three steps of the critic: 30 epochs with one made Adult's positive rate .33 instead of .24, these make it .23.

Each variable is made from its causes and noise, in the order of the graph; all are trained together against one critic
of whole rows. When rows are drawn, the target does not see the causes that are cut (`core.synthesis.methods.causes`):
it sees a permutation of each over the rows instead, as the authors do, which is a draw from its marginal law. Causes
that are cut are permuted one by one, so what they say of one another is cut too.

Mended: categories are one-hot codes by Gumbel softmax and numbers are ranks (theirs: label codes, all of them scalars,
so that the order of categories matters); a network of its own for each variable (theirs share their hidden layers);
the critic's slope reaches causes through their effects. FairX hands over neither graph nor edges, so nothing is
debiased there: here the graph is given or discovered. Several sensitive columns are one variable, the crossed group:
edges of any of them are edges of the group. Unlike theirs, weights do not decay.
"""

from __future__ import annotations

from typing import Self, cast

import networkx as nx
import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from core.data.encoding.mixed import Block, MixedEncoding, fit_mixed
from core.data.encoding.table import CodedRows, as_schema
from core.data.schema import Schema
from core.errors import ConfigError, RunError
from core.events import Listener, ignore
from core.runs.store import RunFolder
from core.synthesis.methods.adversarial import train_adversarially
from core.synthesis.methods.base import Generator, shard_chance, shard_sizes
from core.synthesis.methods.causes import Edge, causal_graph, cut_causes, discovered_edges, node_of
from core.synthesis.methods.settings import DecafSettings
from core.synthesis.table import parameter_count
from core.synthesis.training import seeded
from models.dense import dense
from models.mixed import activated

SLOPE = 0.0
NOISE = 1
"""Dimensions of each variable's noise, as the authors have it; a code gets Gumbel noise besides."""
LEAST_ROWS = 1024
"""Rows that are made at once at least: a permutation of a few rows would leave a cause in its place too often."""
GENERATOR, GRAPH = "generator", "graph"


class Decaf(Generator[DecafSettings]):
    """The networks of all variables, in the order of the graph; their critic is not kept."""

    schema: Schema
    encoding: MixedEncoding
    graph: nx.DiGraph
    networks: nn.ModuleList
    device: torch.device

    def fit(
        self, frame: pd.DataFrame, schema: Schema, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Discover the graph if none is given, then train; see `Method.fit`.

        Raises:
            ConfigError: Edges or explanatory columns do not fit the table, or edges run in a circle; or none are given
                and pgmpy is not installed.
        """
        self.schema, self.device = schema, device
        self.encoding, rows = fit_mixed(frame, schema)
        self._check_explanatory()
        self.graph = self._chosen_graph(rows, listener)
        self.cut_causes()  # refuses a graph that cannot be cut before anything is trained
        self._build(seed)
        width, hidden = self.encoding.width, self.settings.hidden
        critic = seeded(lambda: dense([width, hidden, hidden, 1], slope=SLOPE), seed + 1).to(device)
        data = torch.from_numpy(self.encoding.encode(rows, np.random.default_rng([seed, 2]))).to(device)
        train_adversarially(
            self.networks,
            critic,
            self._rows,
            data,
            torch.from_numpy(rows.groups),
            self.settings.optimisation,
            objective="wgan_gp",
            penalty=self.settings.penalty,
            seed=seed,
            listener=listener,
        )
        return self

    def sample(self, rows: int, *, seed: int) -> pd.DataFrame:
        """Rows from noise, with the edges cut that the settings name."""
        frames = []
        cut = frozenset(self.cut_causes())
        for shard, size in enumerate(shard_sizes(rows)):
            rng, chance = shard_chance(seed, shard)
            with torch.inference_mode():
                matrix = self._rows(max(size, LEAST_ROWS), chance, cut)[:size].cpu().numpy()
            frames.append(self.encoding.decode(matrix, rng))
        return as_schema(pd.concat(frames, ignore_index=True), self.schema)

    def save(self, folder: RunFolder) -> None:
        """Keep the encoding, the graph and the networks."""
        folder.save_encoding(self.encoding)
        places = [block.name for block in self.encoding.blocks]
        folder.save_tensors(GRAPH, {GRAPH: torch.from_numpy(nx.to_numpy_array(self.graph, places, dtype=np.uint8))})
        folder.save_tensors(GENERATOR, self.networks.state_dict())

    def load(self, folder: RunFolder, *, seed: int, device: torch.device) -> Self:
        """Take what `save` kept; the graph is the one that was trained, and the cut is that of the settings."""
        self.schema, self.encoding, self.device = folder.schema(), folder.encoding(MixedEncoding), device
        names = [block.name for block in self.encoding.blocks]
        kept = folder.tensors(GRAPH)[GRAPH].numpy()
        if kept.shape != (len(names), len(names)):
            raise RunError(f"The graph in {folder.path} does not fit its encoding; the run folder is damaged.")
        self.graph = causal_graph([(names[i], names[j]) for i, j in np.argwhere(kept).tolist()], self.encoding)
        self._build(seed)
        try:
            self.networks.load_state_dict(folder.tensors(GENERATOR))
        except RuntimeError as error:
            raise RunError(f"The weights of the generator in {folder.path} do not fit its settings.") from error
        return self

    def parameter_count(self) -> int:
        """Of the networks of all variables."""
        return parameter_count(self.networks)

    def edges(self) -> list[Edge]:
        """The graph that was given or discovered, as (cause, effect) pairs of variables."""
        return sorted(self.graph.edges())

    def cut_causes(self) -> list[str]:
        """Causes of the target that it does not see when rows are drawn."""
        return cut_causes(
            self.graph,
            self.settings.cut,
            group=self.encoding.group.name,
            target=self.encoding.target.name,
            explanatory=self.settings.explanatory,
        )

    def _check_explanatory(self) -> None:
        for column in self.settings.explanatory:
            node = node_of(column, self.encoding, "explanatory columns")
            if node in (self.encoding.group.name, self.encoding.target.name):
                raise ConfigError(
                    f"Column {column!r} is sensitive or the target, and so cannot explain a difference between groups; "
                    "leave it out of the explanatory columns."
                )

    def _chosen_graph(self, rows: CodedRows, listener: Listener) -> nx.DiGraph:
        given = self.settings.edges
        if given is None:
            graph = nx.DiGraph(discovered_edges(self.encoding, rows, listener=listener))
            graph.add_nodes_from(block.name for block in self.encoding.blocks)
            return graph
        return causal_graph(given, self.encoding)

    def _build(self, seed: int) -> None:
        """Untrained networks, and who feeds whom, in an order that depends on the graph and the table alone."""
        blocks = {block.name: block for block in self.encoding.blocks}
        place = {name: at for at, name in enumerate(blocks)}
        order = nx.lexicographical_topological_sort(self.graph, key=place.__getitem__)
        self._plan: list[tuple[Block, list[Block]]] = [
            (
                blocks[name],
                sorted((blocks[cause] for cause in self.graph.predecessors(name)), key=lambda one: one.start),
            )
            for name in order
        ]

        def build() -> nn.Module:
            return nn.ModuleList(
                dense([sum(cause.width for cause in causes) + NOISE, self.settings.hidden, block.width])
                for block, causes in self._plan
            )

        self.networks = cast("nn.ModuleList", seeded(build, seed).to(self.device).eval())

    def _rows(self, rows: int, chance: torch.Generator, cut: frozenset[str] = frozenset()) -> Tensor:
        """Near one-hot rows, shape (rows, width); the target sees permutations of the causes in ``cut``."""
        made: dict[str, Tensor] = {}
        for (block, causes), network in zip(self._plan, self.networks, strict=True):
            inputs = [made[cause.name] for cause in causes]
            if block.name == self.encoding.target.name:
                inputs = [
                    values[torch.randperm(rows, generator=chance).to(self.device)] if cause.name in cut else values
                    for cause, values in zip(causes, inputs, strict=True)
                ]
            noise = torch.randn((rows, NOISE), generator=chance).to(self.device)
            raw = network(torch.cat([*inputs, noise], dim=1))
            place = [(slice(0, block.width), block.numeric)]
            made[block.name] = activated(raw, place, self.settings.temperature, chance)
        return torch.cat([made[block.name] for block in self.encoding.blocks], dim=1)
