import { runStorm, stormWords } from '../../../support/chaos/storm.ts';
import { withoutMosquitto } from '../../../support/scenario/scenario-mosquitto.ts';
import { withEndings } from '../../endings.ts';
import { type Result, type Row, type Scale, scaled } from '../../row.ts';

const fullKills = 500;

const storm: Row = {
  row: 'storm',
  what: 'agent, station, broker and key child killed, alone and together, with buttons, vanishing and full storage',
  expected: `${fullKills} kills: every picture of every take is opened once, or in a signed gap; receipts catch up while it records`,
  async run(scale: Scale): Promise<Result> {
    if (withoutMosquitto !== undefined) return { figure: 'nothing', faults: [withoutMosquitto] };
    return withEndings(async (endings) => {
      const result = await runStorm(endings, scale.seed, scaled(fullKills, scale), scale);
      return { figure: stormWords(result).join('\n    '), faults: result.faults };
    });
  },
};

export const stormRows: readonly Row[] = [storm];
