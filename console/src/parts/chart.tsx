// Charts over time: stacked bars or lines, drawn by uPlot. Dragging over one narrows the range.

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import Plot from 'uplot';
import { isDark, zone } from '../state/preferences';
import { chooseRange, isDragging } from '../state/range';
import { showMinute } from '../state/times';
import { axisHeight, axisTexts } from './axis';

export interface Series {
  readonly name: string;
  /** A variable of the style sheet, such as `--error`. */
  readonly colour: string;
  /** One value a point of time; null where there is none. */
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  /** What it shows, for those who do not see it. */
  label: string;
  /** Points of time, in milliseconds, oldest first. */
  times: readonly number[];
  series: readonly Series[];
  kind: 'bars' | 'lines';
  height?: number;
  show?: (value: number) => string;
  /** The ends of what is drawn, in milliseconds; from the first to the last point where they are not given. */
  ends?: readonly [number, number];
  /** Points of time that stand out, in milliseconds, with why. */
  markers?: readonly { at: number; text: string }[];
  /** Whether dragging chooses a range; so it is unless told otherwise. */
  narrows?: boolean;
  /** Called with the name of a series that was chosen in the legend. */
  choose?: (name: string) => void;
}

const none: readonly { at: number; text: string }[] = [];

const plain = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 2 });

/** How far apart the points of time are, in seconds: the last bar has room to its right as any other. */
const stepOf = (times: readonly number[]) => times.length > 1 ? (times[1]! - times[0]!) / 1000 : 0;

function colours() {
  const style = getComputedStyle(document.documentElement);
  return (name: string) => {
    // Canvas knows no light-dark(): an element resolves it.
    const probe = document.createElement('i');
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour || style.color;
  };
}

function stack(series: readonly Series[]) {
  const sums: number[] = [];
  return series.map(one => one.values.map((value, at) => (sums[at] = (sums[at] ?? 0) + (value ?? 0))));
}

export function Chart({ label, times, series, kind, height = 120, show = plain, ends, markers = none, narrows = true, choose }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const inputs = useRef({ times, series, markers, show, ends });
  inputs.current = { times, series, markers, show, ends };
  const shape = `${kind} ${series.map(one => one.name).join()} ${isDark.value} ${zone.value} ${narrows}`;

  // Bars are drawn from the tallest sum to the smallest, each over the one before.
  const data = [times.map(time => time / 1000), ...(kind === 'bars' ? stack(series).reverse() : series.map(one => one.values))] as unknown as Plot.AlignedData;

  useLayoutEffect(() => {
    const element = host.current!;
    const colour = colours();
    const drawn = kind === 'bars' ? [...series].reverse() : series;
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif', gap: 4 };
    const options: Plot.Options = {
      width: element.clientWidth || 600,
      height,
      legend: { show: false },
      padding: [8, 20, 0, 0],
      tzDate: seconds => zone.peek() === 'utc' ? Plot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000),
      cursor: { drag: { x: narrows, y: false, setScale: false }, points: { show: false }, y: false },
      scales: { x: { time: true, range: (_, low, high) => (inputs.current.ends ? [inputs.current.ends[0] / 1000, inputs.current.ends[1] / 1000] : [low, kind === 'bars' ? high + stepOf(inputs.current.times) : high]) }, y: { range: (_, __, high) => [0, Math.max(high ?? 0, Number.MIN_VALUE) * 1.08 || 1] } },
      axes: [{ ...axis, grid: { show: false }, size: (_, texts) => axisHeight(texts), space: 70, values: (_, splits, __, ___, step) => axisTexts(splits.map(split => split * 1000), step * 1000, zone.peek()) }, { ...axis, size: 48, space: 28, values: (_, values) => values.map(value => value === null ? '' : inputs.current.show(value)) }],
      series: [{}, ...drawn.map(one => kind === 'bars'
        ? { label: one.name, fill: colour(one.colour), width: 0, points: { show: false }, paths: Plot.paths.bars!({ size: [0.9, 160], align: 1 }) }
        : { label: one.name, stroke: colour(one.colour), width: 1.5, points: { show: false }, spanGaps: false })],
      hooks: {
        setSelect: [self => {
          if (self.select.width > 4) chooseRange(new Date(self.posToVal(self.select.left, 'x') * 1000), new Date(self.posToVal(self.select.left + self.select.width, 'x') * 1000));
          self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        }],
        setCursor: [self => point(self.cursor.idx ?? null)],
        draw: [self => mark(self, colour('--error'))],
      },
    };
    const created = new Plot(options, data, element);
    plot.current = created;
    const observer = new ResizeObserver(() => created.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    const down = () => { isDragging.value = true; };
    const up = () => { isDragging.value = false; };
    created.over.addEventListener('pointerdown', down);
    window.addEventListener('pointerup', up);
    return () => {
      observer.disconnect();
      window.removeEventListener('pointerup', up);
      isDragging.value = false;
      created.destroy();
      plot.current = null;
    };
  }, [shape, height]);

  useEffect(() => { plot.current?.setData(data); }, [times, series, ends?.[0], ends?.[1], markers]);

  function point(at: number | null) {
    const { times: points, series: shown, show: showValue, markers: marked } = inputs.current;
    const text = at === null || at >= points.length ? '' : [
      showMinute(new Date(points[at]!), zone.peek()),
      ...shown.filter(one => kind === 'lines' ? (one.values[at] ?? null) !== null : one.values[at]).map(one => `${one.name} ${showValue(one.values[at]!)}`),
      ...marked.filter(marker => marker.at === points[at]).map(marker => marker.text),
    ].join(' · ');
    if (legend.current) legend.current.textContent = text;
  }

  function mark(self: Plot, colour: string) {
    const { ctx, bbox } = self;
    ctx.save();
    ctx.fillStyle = colour;
    for (const marker of inputs.current.markers) {
      const x = self.valToPos(marker.at / 1000, 'x', true);
      ctx.beginPath();
      ctx.moveTo(x - 5, bbox.top);
      ctx.lineTo(x + 5, bbox.top);
      ctx.lineTo(x, bbox.top + 8);
      ctx.fill();
    }
    ctx.restore();
  }

  return (
    <figure class="chart">
      <figcaption>
        <span class="legend">{series.map(one => {
          const name = <><i style={{ background: `var(${one.colour})` }} />{one.name}</>;
          return choose ? <button type="button" key={one.name} onClick={() => choose(one.name)}>{name}</button> : <span key={one.name}>{name}</span>;
        })}</span>
        <span class="point" ref={legend} aria-hidden="true" />
      </figcaption>
      <div ref={host} role="img" aria-label={label} style={{ height: `${height}px` }} />
    </figure>
  );
}

/** A line without axes, as large as a word. */
export function Sparkline({ values, label, width = 90, height = 20 }: { values: readonly number[]; label: string; width?: number; height?: number }) {
  const high = Math.max(1, ...values);
  const bar = width / Math.max(1, values.length);
  return (
    <svg class="sparkline" role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      {values.map((value, at) => value > 0 && <rect key={at} x={at * bar} y={height - Math.max(1.5, (value / high) * height)} width={Math.max(1, bar - 1)} height={Math.max(1.5, (value / high) * height)} />)}
    </svg>
  );
}
