"""The equations in numpy and scipy, for large pools; loaded only when one comes (the extra ``evidence``)."""

from __future__ import annotations

from contextlib import nullcontext
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeAlias, final

import attrs
import numpy as np

from feedbackkit.evidence.fitting.linear import Matrix

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from feedbackkit.evidence.fitting.design import Design, Side
    from feedbackkit.evidence.fitting.equations import Equations

__all__ = ["DenseSolution", "dense"]

linalg: Any = import_module("scipy.linalg")  # scipy and threadpoolctl have no types
sparse: Any = import_module("scipy.sparse")

_Array: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"


@final
@attrs.frozen(eq=False)
class DenseSolution:
    """A solution in arrays."""

    meetings: Any
    """The weights of the meetings, a sparse matrix of the small by the large side."""
    shrink: _Array
    matrix: _Array
    """The covariance of the effects of the small side."""
    log_determinant: float
    cross: Matrix
    small: list[list[float]]
    large: list[list[float]]
    traces: tuple[float, float]

    def applied(self, small: Sequence[float], large: Sequence[float]) -> tuple[list[float], list[float]]:
        """See `Solution.applied`."""
        with _one_thread():
            ones, twos = _applied(self.meetings, self.shrink, self.matrix, np.asarray(small), np.asarray(large))
        return ones.tolist(), twos.tolist()

    def covariance(self, small: tuple[int, int], large: tuple[int, int]) -> float:
        """See `Solution.covariance`."""
        place = large[1]
        met, weights = self._met(place)
        return float(-self.shrink[place] * (self.matrix[small[1], met] @ weights))

    def variance(self, of: tuple[int, int]) -> float:
        """See `Solution.variance`."""
        side, place = of
        if side == 0:
            return float(self.matrix[place, place])
        met, weights = self._met(place)
        shrink = float(self.shrink[place])
        return float(shrink + shrink * shrink * (weights @ self.matrix[np.ix_(met, met)] @ weights))

    def _met(self, place: int) -> tuple[Any, _Array]:
        start, end = self.meetings.indptr[place : place + 2]
        return self.meetings.indices[start:end], self.meetings.data[start:end]


def dense(design: Design) -> Equations:
    """The equations of a design, by one dense Cholesky factor of the smaller side, on one thread.

    More threads of BLAS may end in other last digits from run to run.
    """
    meetings = _meetings(design)
    by_row = meetings.tocsr()
    weights = np.array(design.small.weights), np.array(design.large.weights)
    sums = np.array(design.small.sums).T, np.array(design.large.sums).T
    crossed = np.array(design.cross)

    def solve(small: float, large: float, *, whole: bool = True) -> DenseSolution:
        with _one_thread():
            shrink = large / (1.0 + large * weights[1])
            schur = (by_row @ sparse.diags(-small * shrink) @ by_row.T).toarray()
            schur[np.diag_indices_from(schur)] += 1.0 + small * weights[0]
            factor, _ = linalg.lapack.dpotrf(schur, lower=1, overwrite_a=1)
            log_determinant = 2.0 * float(np.log(np.diag(factor)).sum()) + float(np.log1p(large * weights[1]).sum())
            if whole:
                inverse, _ = linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)  # above the diagonal it is zero
                diagonal = np.diag(inverse).copy()
                matrix: _Array = inverse + inverse.T
                matrix[np.diag_indices_from(matrix)] = diagonal
                determined = len(matrix) - float(diagonal.sum())
                matrix *= small
                columns = _applied(meetings, shrink, matrix, *sums)
                met: _Array = (by_row @ sparse.diags(shrink**2) @ by_row.T).toarray()
                spent = float((met * matrix).sum()) / large if large else 0.0
                traces = determined, float((shrink * weights[1]).sum()) - spent
            else:
                matrix, traces = factor, (np.nan, np.nan)
                left = sums[0] - meetings @ (shrink[:, None] * sums[1])
                ones = small * linalg.lapack.dpotrs(factor, left, lower=1)[0]
                columns = ones, shrink[:, None] * (sums[1] - meetings.T @ ones)
            cross = crossed - sums[0].T @ columns[0] - sums[1].T @ columns[1]
        return DenseSolution(
            meetings=meetings,
            shrink=shrink,
            matrix=matrix,
            log_determinant=log_determinant,
            cross=cross.tolist(),
            small=columns[0].T.tolist(),
            large=columns[1].T.tolist(),
            traces=traces,
        )

    return solve


def _one_thread() -> AbstractContextManager[object]:
    if find_spec("threadpoolctl") is None:
        return nullcontext()
    limits: AbstractContextManager[object] = import_module("threadpoolctl").threadpool_limits(1, user_api="blas")
    return limits


def _meetings(design: Design) -> Any:  # noqa: ANN401 - scipy.sparse has no types
    side: Side = design.large
    places = [one for met in side.meetings for one, _ in met]
    weights = [weight for met in side.meetings for _, weight in met]
    starts = np.cumsum([0, *(len(met) for met in side.meetings)])
    return sparse.csc_matrix((weights, places, starts), shape=(len(design.small.rank), len(side.rank)))


def _applied(meetings: Any, shrink: _Array, matrix: _Array, small: _Array, large: _Array) -> tuple[_Array, _Array]:  # noqa: ANN401
    scale = shrink if large.ndim == 1 else shrink[:, None]
    ones = matrix @ (small - meetings @ (scale * large))
    return ones, scale * (large - meetings.T @ ones)
