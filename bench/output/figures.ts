const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const small = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** A figure for humans: three digits, or all digits before the decimal point. A dash if there is none. */
export const figure = (value: number | null): string => {
  if (value === null) return '–';
  return (Math.abs(value) >= 100 ? whole : small).format(value);
};

export const percent = (value: number | null): string =>
  value === null ? '–' : `±${whole.format(value * 100)} %`;
