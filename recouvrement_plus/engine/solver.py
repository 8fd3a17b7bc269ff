"""A small system of linear equations."""


def solve(matrix, right):
    """The x of ``matrix`` x = ``right`` for a positive definite matrix (lists of rows), by elimination."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for pivot in range(size):
        for row in range(pivot + 1, size):
            share = rows[row][pivot] / rows[pivot][pivot]
            if share:
                rows[row] = [value - share * above for value, above in zip(rows[row], rows[pivot], strict=True)]
    result = [0.0] * size
    for row in reversed(range(size)):
        known = sum(rows[row][column] * result[column] for column in range(row + 1, size))
        result[row] = (rows[row][size] - known) / rows[row][row]
    return result
