"""DECAF: a causal GAN with one network per variable; edges into the target are cut for sampling.

Source: van Breugel, Kyono, Berrevoets, van der Schaar, "DECAF: Generating Fair Synthetic Data Using Causally-Aware
Generative Networks", NeurIPS 2021. Settings of the authors (`paper`): 200 hidden units, one step of the critic for each
of the generator, penalty 10, rate 1e-3 with momentum .5, batch 100, 50 epochs. `default`: 80 epochs at batch 500 with
three steps of the critic. With 30 epochs and one step, Adult's positive rate was .33 instead of .24; with `default` it
is .23.

Each variable is generated from its causes and noise, in the order of the graph. All networks are trained together
against one critic of whole rows. For sampling, the target does not see the causes whose edges are cut
(`core.synthesis.methods.causal_graph`). It sees a permutation of each over the rows instead, as in the authors' code:
a draw from the marginal distribution. The causes are permuted separately, so their dependence on each other is cut too.

Differences from the authors' code:

- Categories are one-hot codes by Gumbel softmax, and numbers are ranks. Theirs are scalar label codes, for which the
  order of categories matters.
- Each variable has its own network. Theirs share the hidden layers.
- The critic's gradient reaches causes through their effects.
- The graph is given or discovered. FairX passes neither graph nor edges, so it debiases nothing.
- Several sensitive columns are one variable, the intersectional group; edges of any of them are edges of the group.
- There is no weight decay.
"""

from __future__ import annotations

from typing import Self, cast

import networkx as nx
import numpy as np
import torch
from torch import Tensor, nn

from core.data.encoding.mixed import Block, MixedEncoding, fit_mixed
from core.data.encoding.table import CodedRows
from core.data.schema import Schema
from core.errors import ConfigError, RunError
from core.events import Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis.base import Observations
from core.synthesis.methods.causal_graph import Edge, causal_graph, cut_causes, discovered_edges, node_of
from core.synthesis.methods.row_gan import RowGan
from core.synthesis.methods.settings import DecafSettings
from models.dense import dense
from models.optimiser import seeded
from models.row_gan import activated

NOISE = 1
"""Dimensions of each variable's noise, as in the authors' code; codes get Gumbel noise in addition."""
MIN_ROWS = 1024
"""Minimum number of rows generated at once; a permutation of few rows would often keep a cause in its row."""
GRAPH = "graph"


class Decaf(RowGan[DecafSettings]):
    """One generator network per variable, in the order of the graph."""

    graph: nx.DiGraph

    def fit(
        self, data: Observations, schema: Schema, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Discover the graph if none is given, then train; see `Synthesizer.fit`.

        Raises:
            ConfigError: Edges or explanatory columns do not fit the table, the edges form a cycle, or no edges are
                given and pgmpy is not installed.
        """
        self.schema, self.device = schema, device
        self.encoding, rows = fit_mixed(data.frame, schema)
        self._check_explanatory()
        self.graph = self._chosen_graph(rows, listener)
        self.cut_causes()  # raises before the training if the graph cannot be cut
        self.train_on(rows, seed=seed, listener=listener)
        return self

    def sample_rows(self, count: int, torch_rng: torch.Generator) -> Tensor:
        """Generate rows with the edges of the setting ``cut`` cut."""
        return self._generate(max(count, MIN_ROWS), torch_rng, frozenset(self.cut_causes()))[:count]

    def save(self, folder: RunFolder) -> None:
        """Save the fit and the graph."""
        super().save(folder)
        places = [block.name for block in self.encoding.blocks]
        folder.artifacts.save_tensors(
            GRAPH, {GRAPH: torch.from_numpy(nx.to_numpy_array(self.graph, places, dtype=np.uint8))}
        )

    def load(self, folder: RunFolder, *, seed: int, device: torch.device) -> Self:
        """Load a saved fit with its graph; the edges to cut are those of the settings."""
        self.encoding = folder.encoding.read(MixedEncoding)
        names = [block.name for block in self.encoding.blocks]
        adjacency = folder.artifacts.tensors(GRAPH)[GRAPH].numpy()
        if adjacency.shape != (len(names), len(names)):
            raise RunError(f"The graph in {folder.path} does not match its encoding; the run folder is damaged.")
        self.graph = causal_graph([(names[i], names[j]) for i, j in np.argwhere(adjacency).tolist()], self.encoding)
        return super().load(folder, seed=seed, device=device)

    def edges(self) -> list[Edge]:
        """Return the edges of the graph as (cause, effect) pairs of variables."""
        return sorted(self.graph.edges())

    def cut_causes(self) -> list[str]:
        """Return the causes of the target whose edges are cut for sampling."""
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
                    f"Column {column!r} is sensitive or the target, so it cannot explain a difference between groups; "
                    "leave it out of the explanatory columns.",
                    field="hyperparameters",
                )

    def _chosen_graph(self, rows: CodedRows, listener: Listener) -> nx.DiGraph:
        edges = self.settings.edges
        if edges is None:
            graph = nx.DiGraph(discovered_edges(self.encoding, rows, listener=listener))
            graph.add_nodes_from(block.name for block in self.encoding.blocks)
            return graph
        return causal_graph(edges, self.encoding)

    def build(self, seed: int) -> nn.Module:
        """Build the untrained networks in an order that depends on the graph and the table alone."""
        blocks = {block.name: block for block in self.encoding.blocks}
        position = {name: index for index, name in enumerate(blocks)}
        order = nx.lexicographical_topological_sort(self.graph, key=position.__getitem__)
        self._generation_order: list[tuple[Block, list[Block]]] = [
            (
                blocks[name],
                sorted((blocks[cause] for cause in self.graph.predecessors(name)), key=lambda block: block.start),
            )
            for name in order
        ]

        def networks() -> nn.Module:
            return nn.ModuleList(
                dense([sum(cause.width for cause in causes) + NOISE, self.settings.hidden, block.width])
                for block, causes in self._generation_order
            )

        return seeded(networks, seed).to(self.device).eval()

    def rows(self, count: int, torch_rng: torch.Generator) -> Tensor:
        """Generate rows in which every variable sees all its causes."""
        return self._generate(count, torch_rng, frozenset())

    def _generate(self, rows: int, torch_rng: torch.Generator, cut: frozenset[str]) -> Tensor:
        """Generate near one-hot rows, shape (rows, width); the target sees permutations of the causes in ``cut``."""
        outputs: dict[str, Tensor] = {}
        for (block, causes), network in zip(self._generation_order, cast("nn.ModuleList", self.network), strict=True):
            inputs = [outputs[cause.name] for cause in causes]
            if block.name == self.encoding.target.name:
                inputs = [
                    values[torch.randperm(rows, generator=torch_rng).to(self.device)] if cause.name in cut else values
                    for cause, values in zip(causes, inputs, strict=True)
                ]
            noise = torch.randn((rows, NOISE), generator=torch_rng).to(self.device)
            raw = network(torch.cat([*inputs, noise], dim=1))
            position = [(slice(0, block.width), block.numeric)]
            outputs[block.name] = activated(raw, position, self.settings.temperature, torch_rng)
        return torch.cat([outputs[block.name] for block in self.encoding.blocks], dim=1)
