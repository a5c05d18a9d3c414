"""A device that is none: it keeps its numbers on the CPU and refuses what a GPU refuses.

Inside `SimulatedDevice`, tensors that code moves to `DEVICE` or makes there say that they are there. Operations compute
what the CPU computes. By the rules of CUDA, they raise if they mix tensors of `DEVICE` and of the CPU, or draw on
`DEVICE` with a generator of the CPU. `Tensor.numpy` refuses them too: that is torch's rule for classes of tensors.

Torch's fake tensors have no numbers, so they stop where code reads one. Here whole fits and samples run.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch
from torch import Tensor
from torch.utils._mode_utils import no_dispatch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

DEVICE = torch.device("lazy", 0)
"""A type of device that torch knows and has no kernels for, and whose backward pass runs in the calling thread."""
torch._register_device_module(DEVICE.type, ModuleType(f"torch.{DEVICE.type}"))  # `torch.utils.checkpoint` asks for it
_COPIES = {torch.ops.aten.copy_.default, torch.ops.aten._to_copy.default}
_INDEXED = {"index", "index_put", "index_put_", "_unsafe_index", "_index_put_impl_"}


class WrongDeviceError(RuntimeError):
    """An operation would fail on a GPU."""


class _TensorOnDevice(Tensor):
    """A tensor that says that it is on `DEVICE`; ``numbers`` are on the CPU."""

    numbers: Tensor

    @staticmethod
    def __new__(cls, numbers: Tensor) -> "_TensorOnDevice":
        with torch.inference_mode(numbers.is_inference()):
            made = Tensor._make_wrapper_subclass(
                cls,
                numbers.shape,
                strides=numbers.stride(),
                storage_offset=numbers.storage_offset(),
                dtype=numbers.dtype,
                device=DEVICE,
            )
        made.numbers = numbers
        return made

    @classmethod
    def __torch_dispatch__(cls, func: Any, *_: Any) -> Any:
        raise AssertionError(f"{func} of a tensor on {DEVICE} is only defined inside SimulatedDevice")


class SimulatedDevice(TorchDispatchMode):
    """Inside this context, `DEVICE` can be used as any device."""

    def __enter__(self) -> "SimulatedDevice":
        """Let torch make tensors of lists on the CPU first: else they are made on the real `DEVICE` unseen."""
        self._before = torch._C._only_lift_cpu_tensors()
        torch._C._set_only_lift_cpu_tensors(True)
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        torch._C._set_only_lift_cpu_tensors(self._before)
        super().__exit__(*error)

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        with self:
            parts = func.decompose(*args, **(kwargs or {}))  # what torch leaves whole, if nothing is learned
        if parts is not NotImplemented:
            return parts
        options = dict(kwargs or {})
        given = tree_leaves((args, options))
        here = {id(one.numbers): one for one in given if isinstance(one, _TensorOnDevice)}
        wanted = options.get("device")
        is_here = bool(here) if wanted is None else torch.device(wanted).type == DEVICE.type
        if func not in _COPIES:
            _check(func, args, given, any_here=bool(here) or is_here)
        if wanted is not None:
            options["device"] = torch.device("cpu")
        inside = tree_map(_numbers, (args, options))
        found = func(*inside[0], **inside[1])
        if torch.Tag.inplace_view in func.tags and here:  # the shape that the tensor says it has changes too
            with no_dispatch():
                args[0].data = _TensorOnDevice(found)
        return tree_map(_moved(here), found) if is_here else found


def _check(func: Any, args: tuple[Any, ...], given: list[Any], *, any_here: bool) -> None:
    """Raise unless CUDA would accept these arguments: single numbers, and indices, may be on the CPU."""
    if not any_here:
        return
    if any(isinstance(one, torch.Generator) for one in given):
        raise WrongDeviceError(f"{func} draws on {DEVICE} with a generator of the CPU")
    if func._schema.name.split("::")[1] in _INDEXED and isinstance(args[0], _TensorOnDevice):
        given = tree_leaves((args[0], args[2:]))
    elsewhere = [tuple(one.shape) for one in given if _is_elsewhere(one)]
    if elsewhere:
        raise WrongDeviceError(f"{func} mixes tensors on {DEVICE} with tensors of shape {elsewhere} on the CPU")


def _is_elsewhere(one: Any) -> bool:
    return isinstance(one, Tensor) and not isinstance(one, _TensorOnDevice) and one.dim() > 0


def _numbers(one: Any) -> Any:
    return one.numbers if isinstance(one, _TensorOnDevice) else one


def _moved(here: dict[int, _TensorOnDevice]) -> Callable[[Any], Any]:
    """Return a function that puts results on the device; an argument that was changed in place is the result itself."""

    def move(one: Any) -> Any:
        if not isinstance(one, Tensor):
            return one
        same = here.get(id(one))
        return _TensorOnDevice(one) if same is None else same

    return move
