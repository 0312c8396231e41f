import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Lanes, lanesOf, type Moment, type Stretch } from '../lanes.ts';
import { useNow } from '../live.ts';
import type { Model } from '../model.ts';
import { Card } from './parts.tsx';

const laneHeight = 24;
const labelWidth = 84;
const axisHeight = 20;
const spans = [30, 60, 120, 300] as const;

type LaneRow =
  | {
      readonly name: string;
      readonly kind: 'stretches';
      readonly of: 'recording' | 'stream' | 'agent' | 'faults';
    }
  | {
      readonly name: string;
      readonly kind: 'moments';
      readonly of: 'buttons' | 'sealed' | 'receipted' | 'gaps';
    };

const rows: readonly LaneRow[] = [
  { name: 'Buttons', kind: 'moments', of: 'buttons' },
  { name: 'Faults', kind: 'stretches', of: 'faults' },
  { name: 'Agent', kind: 'stretches', of: 'agent' },
  { name: 'Stream', kind: 'stretches', of: 'stream' },
  { name: 'Recording', kind: 'stretches', of: 'recording' },
  { name: 'Sealed', kind: 'moments', of: 'sealed' },
  { name: 'Receipts', kind: 'moments', of: 'receipted' },
  { name: 'Gaps', kind: 'moments', of: 'gaps' },
];

/** The last minutes, a lane for each thing that happens. */
export function Timeline({ model }: { readonly model: Model }) {
  const [span, setSpan] = useState<number>(60);
  const nowMs = useNow(model.offsetMs, 250);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const lanes = useMemo(() => lanesOf(model.entries), [model.entries]);
  const shown = rows.filter(({ of }) => model.hasCompany || !['sealed', 'receipted', 'gaps'].includes(of));
  const scale: Scale = {
    x: (atMs) => width - ((nowMs - atMs) / (span * 1000)) * (width - labelWidth),
    fromMs: nowMs - span * 1000,
    nowMs,
  };
  const aside = (
    <label class="choice">
      <span class="hidden">Time shown</span>
      <select value={span} onChange={(event) => setSpan(Number(event.currentTarget.value))}>
        {spans.map((seconds) => (
          <option key={seconds} value={seconds}>
            {seconds < 120 ? `${seconds} s` : `${seconds / 60} min`}
          </option>
        ))}
      </select>
    </label>
  );
  const shownFaults = stacked(lanes.faults.filter(({ toMs }) => (toMs ?? nowMs) >= scale.fromMs));
  const heights = shown.map(({ of }) => (of === 'faults' ? Math.max(1, shownFaults.length) : 1) * laneHeight);
  const tops = heights.map((_, index) => heights.slice(0, index).reduce((sum, one) => sum + one, 0));
  const height = heights.reduce((sum, one) => sum + one, axisHeight);
  return (
    <Card title="Timeline" name="timeline" aside={aside}>
      <div ref={box} class="timeline">
        <svg width={width} height={height} role="img" aria-label={summary(lanes, scale)}>
          <Axis span={span} width={width} height={height} />
          {shown.map((row, index) => (
            <g key={row.name} transform={`translate(0 ${tops[index]})`}>
              <text x="0" y={laneHeight / 2 + 4} class="lane-name">
                {row.name}
              </text>
              <line
                x1={labelWidth}
                x2={width}
                y1={(heights[index] ?? 0) - 0.5}
                y2={(heights[index] ?? 0) - 0.5}
                class="lane-line"
              />
              <Lane row={row} lanes={lanes} faults={shownFaults} scale={scale} />
            </g>
          ))}
        </svg>
      </div>
    </Card>
  );
}

interface LaneProps {
  readonly row: LaneRow;
  readonly lanes: Lanes;
  readonly faults: readonly (readonly Stretch[])[];
  readonly scale: Scale;
}

function Lane({ row, lanes, faults, scale }: LaneProps) {
  if (row.kind === 'moments') return <Moments of={lanes[row.of]} scale={scale} kind={row.of} />;
  if (row.of !== 'faults') return <Stretches of={lanes[row.of]} scale={scale} kind={row.of} />;
  return (
    <>
      {faults.map((stretches, index) => (
        <g key={stretches[0]?.fromMs} transform={`translate(0 ${index * laneHeight})`}>
          <Stretches of={stretches} scale={scale} kind="faults" />
        </g>
      ))}
    </>
  );
}

/** Puts stretches that overlap below each other. */
function stacked(stretches: readonly Stretch[]): Stretch[][] {
  const levels: Stretch[][] = [];
  for (const one of [...stretches].sort((a, b) => a.fromMs - b.fromMs)) {
    const free = levels.find((level) => (level.at(-1)?.toMs ?? Number.POSITIVE_INFINITY) <= one.fromMs);
    if (free === undefined) levels.push([one]);
    else free.push(one);
  }
  return levels;
}

interface Scale {
  readonly x: (atMs: number) => number;
  readonly fromMs: number;
  readonly nowMs: number;
}

function Stretches({
  of,
  scale,
  kind,
}: {
  readonly of: readonly Stretch[];
  readonly scale: Scale;
  readonly kind: string;
}) {
  return (
    <>
      {of.map(({ fromMs, toMs, label }) => {
        if ((toMs ?? scale.nowMs) < scale.fromMs) return null;
        const from = Math.max(labelWidth, scale.x(fromMs));
        const to = Math.max(from + 3, scale.x(toMs ?? scale.nowMs));
        return (
          <g key={`${label}${fromMs}`}>
            <rect
              x={from}
              y={5}
              width={to - from}
              height={laneHeight - 10}
              rx="4"
              class={`bar bar-${kind}`}
            />
            {kind === 'faults' && to - from > label.length * 6.4 + 10 && (
              <text x={from + 6} y={laneHeight / 2 + 4} class="bar-label">
                {label}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}

function Moments({
  of,
  scale,
  kind,
}: {
  readonly of: readonly Moment[];
  readonly scale: Scale;
  readonly kind: string;
}) {
  return (
    <>
      {of.map(({ atMs, label }, index) => {
        if (atMs < scale.fromMs) return null;
        const x = scale.x(atMs);
        const next = of[index + 1];
        const room = (next === undefined ? scale.x(scale.nowMs) + 60 : scale.x(next.atMs)) - x;
        return (
          <g key={`${atMs}${label}`}>
            {kind === 'buttons' || kind === 'gaps' ? (
              <circle cx={x} cy={laneHeight / 2} r="5" class={`mark mark-${kind}`} />
            ) : (
              <rect x={x - 2} y={6} width="4" height={laneHeight - 12} rx="1.5" class={`mark mark-${kind}`} />
            )}
            {label !== '' && room > label.length * 6.2 + 14 && (
              <text
                x={x > scale.x(scale.nowMs) - 64 ? x - 9 : x + 9}
                y={laneHeight / 2 + 4}
                text-anchor={x > scale.x(scale.nowMs) - 64 ? 'end' : 'start'}
                class="mark-label"
              >
                {label}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}

function Axis({
  span,
  width,
  height,
}: {
  readonly span: number;
  readonly width: number;
  readonly height: number;
}) {
  const parts = width < 480 ? 3 : 6;
  return (
    <>
      {Array.from({ length: parts + 1 }, (_, index) => {
        const x = labelWidth + ((width - labelWidth) * index) / parts;
        const ago = Math.round(span - (span * index) / parts);
        const anchor = index === parts ? 'end' : index === 0 ? 'start' : 'middle';
        return (
          <g key={index}>
            <line x1={x} x2={x} y1="0" y2={height - axisHeight} class="axis-line" />
            <text x={x} y={height - 4} text-anchor={anchor} class="axis-label">
              {index === parts ? 'now' : `−${ago} s`}
            </text>
          </g>
        );
      })}
    </>
  );
}

/** What the drawing shows, for those who do not see it. */
function summary(lanes: Lanes, { fromMs }: Scale): string {
  const count = (of: readonly Moment[]): number => of.filter(({ atMs }) => atMs >= fromMs).length;
  const on = lanes.faults.filter(({ toMs }) => toMs === undefined).map(({ label }) => label);
  return (
    `In this time ${count(lanes.buttons)} presses, ${count(lanes.sealed)} chunks sealed, ` +
    `${count(lanes.receipted)} receipts, ${count(lanes.gaps)} gaps. Faults that are on: ${on.join(', ') || 'none'}. ` +
    'The journal has each of them.'
  );
}

function useWidth(box: { readonly current: HTMLDivElement | null }): number {
  const [width, setWidth] = useState(640);
  useEffect(() => {
    if (box.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.max(260, Math.floor(entry.contentRect.width)));
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return width;
}
