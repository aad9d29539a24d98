"""The few pieces of linear algebra that the equations need, in pure Python."""

from __future__ import annotations

import math
from operator import mul
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Matrix", "cholesky", "dot", "inverse", "log_determinant"]

Matrix: TypeAlias = "list[list[float]]"


def dot(one: Sequence[float], two: Sequence[float]) -> float:
    """The sum of products, as far as the shorter goes."""
    total: float = sum(map(mul, one, two))
    return total


def cholesky(lower: Matrix) -> Matrix:
    """The lower factor of a positive definite matrix, of which the rows up to the diagonal are given."""
    factor: Matrix = []
    for i, row in enumerate(lower):
        new: list[float] = []
        for j in range(i):
            other = factor[j]
            new.append((row[j] - dot(new, other)) / other[j])
        new.append(math.sqrt(max(row[i] - dot(new, new), 1e-300)))
        factor.append(new)
    return factor


def log_determinant(factor: Matrix) -> float:
    """The logarithm of the determinant of the matrix that was factored."""
    return 2.0 * math.fsum(math.log(row[-1]) for row in factor)


def inverse(factor: Matrix) -> Matrix:
    """The whole inverse of the matrix that was factored."""
    size = len(factor)
    columns: Matrix = []  # column j of the factor's inverse, from row j on
    for j in range(size):
        column = [1.0 / factor[j][j]]
        for i in range(j + 1, size):
            row = factor[i]
            column.append(-dot(row[j:i], column) / row[i])
        columns.append(column)
    whole: Matrix = [[0.0] * size for _ in range(size)]
    for j in range(size):
        column = columns[j]
        for i in range(j + 1):
            whole[i][j] = whole[j][i] = dot(columns[i][j - i :], column)
    return whole
