const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const small = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** A figure as people read it: three digits, or all digits before the point; a dash where there is none. */
export const figure = (value: number | null): string => {
  if (value === null) return '–';
  return (Math.abs(value) >= 100 ? whole : small).format(value);
};

export const percent = (value: number | null): string =>
  value === null ? '–' : `±${whole.format(value * 100)} %`;
