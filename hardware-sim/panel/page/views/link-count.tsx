import type { Model } from '../model.ts';
import { sizeWords } from '../words.ts';
import { Card, Fact } from './parts.tsx';

/** What went over the line, by the camera's own count. */
export function LinkCount({ model }: { readonly model: Model }) {
  const { report } = model;
  const video = report?.total.video;
  const number = (value: number | undefined): string => value?.toLocaleString('en') ?? '–';
  const dropped = (video?.dropped ?? 0) + (report?.total.audio.dropped ?? 0);
  return (
    <Card title="Sensor link" name="link">
      <dl class="facts">
        <Fact name="Pictures captured">{number(video?.captured)}</Fact>
        <Fact name="Sent">{number(video?.sent)}</Fact>
        <Fact name="Released by the agent">{number(video?.acknowledged)}</Fact>
        <Fact name="Dropped" {...(dropped > 0 ? { tone: 'bad' } : {})}>
          {number(report === undefined ? undefined : dropped)}
        </Fact>
        <Fact name="Frames sent again">{number(report?.link.resent)}</Fact>
        <Fact name="Waiting in the buffer">{report === undefined ? '–' : sizeWords(report.keptBytes)}</Fact>
      </dl>
    </Card>
  );
}
