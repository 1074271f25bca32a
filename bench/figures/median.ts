/** The middle value, or the mean of the two middle ones. NaN if there are no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const above = sorted[Math.floor(middle)] ?? NaN;
  const below = sorted[Math.ceil(middle) - 1] ?? NaN;
  return (above + below) / 2;
}

/** Half of the range of the values, as a part of the median: 0.03 is printed as ±3 %. 0 for a single value. */
export function spread(values: readonly number[]): number {
  const middle = median(values);
  if (values.length < 2 || middle === 0) return 0;
  return (Math.max(...values) - Math.min(...values)) / 2 / middle;
}
