// The icons: strokes on a grid of 16, in the colour of the text.

const shapes = {
  overview: 'M2.5 9.5V13.5M6.2 5V13.5M9.8 7.5V13.5M13.5 2.5V13.5',
  logs: 'M2.5 4H13.5M2.5 8H10M2.5 12H12',
  traces: 'M2.5 3.5H11M5 8H13.5M7.5 12.5H11.5',
  costs: 'M8 2V14M11 4.6C10.5 3.8 9.4 3.3 8 3.3 6.2 3.3 5 4.2 5 5.6 5 8.6 11.2 7.2 11.2 10.4 11.2 11.8 9.8 12.7 8 12.7 6.4 12.7 5.2 12.1 4.7 11.2',
  performance: 'M2.5 12A6 6 0 1 1 13.5 12M8 9.5 10.8 6',
  runs: 'M4.5 3 12.5 8 4.5 13Z',
  webhooks: 'M3 8H13M9.5 4.5 13 8 9.5 11.5',
  alerts: 'M8 2.5A4 4 0 0 1 12 6.5C12 10 13.5 11 13.5 11H2.5S4 10 4 6.5A4 4 0 0 1 8 2.5ZM6.8 13.5H9.2',
  keys: 'M6.2 9.8A3 3 0 1 1 9 7L13.5 7 13.5 9.5M11.2 7V9',
  operator: 'M8 2 13 4V8C13 11 11 13 8 14 5 13 3 11 3 8V4Z',
  docs: 'M3.5 2.5H9.5L12.5 5.5V13.5H3.5ZM9.5 2.5V5.5H12.5',
  copy: 'M5.5 5.5H13V13H5.5ZM3 10.5V3H10.5',
  check: 'M3 8.5 6.5 12 13 4.5',
  close: 'M4 4 12 12M12 4 4 12',
  menu: 'M2.5 4.5H13.5M2.5 8H13.5M2.5 11.5H13.5',
  down: 'M4 6 8 10 12 6',
  right: 'M6 4 10 8 6 12',
  again: 'M13 8A5 5 0 1 1 11.5 4.5M11.8 2V4.8H9',
  search: 'M7 12A5 5 0 1 0 7 2 5 5 0 0 0 7 12ZM10.7 10.7 14 14',
  plus: 'M8 3V13M3 8H13',
  minus: 'M3 8H13',
  sun: 'M8 11A3 3 0 1 0 8 5 3 3 0 0 0 8 11ZM8 1.5V2.5M8 13.5V14.5M1.5 8H2.5M13.5 8H14.5M3.4 3.4 4.1 4.1M11.9 11.9 12.6 12.6M3.4 12.6 4.1 11.9M11.9 4.1 12.6 3.4',
  moon: 'M13 9.5A5.5 5.5 0 1 1 6.5 3 4.5 4.5 0 0 0 13 9.5Z',
  screen: 'M2 3H14V11H2ZM6 13.5H10',
  person: 'M8 8A2.7 2.7 0 1 0 8 2.6 2.7 2.7 0 0 0 8 8ZM2.8 13.5C3.3 11 5.4 10 8 10S12.7 11 13.2 13.5',
  save: 'M4 2.5H12V13.5L8 10.5 4 13.5Z',
  columns: 'M2.5 3H13.5V13H2.5ZM6.2 3V13M9.8 3V13',
  export: 'M8 2.5V10M4.8 7 8 10.2 11.2 7M3 13.5H13',
  live: 'M8 9A1 1 0 1 0 8 7 1 1 0 0 0 8 9ZM4.8 11.2A4.5 4.5 0 0 1 4.8 4.8M11.2 4.8A4.5 4.5 0 0 1 11.2 11.2',
  pause: 'M5.5 3.5V12.5M10.5 3.5V12.5',
} as const;

export type IconName = keyof typeof shapes;

export const Icon = ({ name }: { name: IconName }) => (
  <svg class="shape" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
    <path d={shapes[name]} />
  </svg>
);
