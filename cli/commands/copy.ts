import { copyPlace } from '../../station/store/copy-place.ts';
import { folderOf } from '../../station/store/s3/location.ts';
import { parseWords, required, runCommand, usage } from '../command.ts';
import { say } from '../output.ts';
import { filesFor, s3Help } from '../store/places.ts';

/** What `sealcam copy --help` prints. */
export const help = `sealcam copy --from PLACE --to PLACE: copies the store, or the vault, of a station that does not run

  --from PLACE          a folder, or s3://BUCKET/PREFIX
  --to PLACE            another; what is there already must be the beginning of a copy
  --vault               the places are vaults: "vault" of --s3 says how a bucket is reached, not "store"
${s3Help}

Each file is read back and compared. The source stays as it is. An interrupted copy goes on when the command is
run again. Afterwards name the new place in station.yaml, start the station, run "sealcam inventory", and only then
remove the old one.

Exits 0 when everything is copied, 1 when it is not, 2 on wrong usage.
`;

/** `sealcam copy`. */
export function run(args: string[]): Promise<number> {
  return runCommand('copy', help, args, async () => {
    const { values, positionals } = parseWords('copy', args, {
      from: { type: 'string' },
      to: { type: 'string' },
      vault: { type: 'boolean' },
      s3: { type: 'string' },
    });
    if (positionals.length > 0) throw usage(`"${positionals[0]}" is not expected: see "sealcam copy --help"`);
    const [from, to] = [required('copy', 'from', values.from), required('copy', 'to', values.to)];
    const which = values.vault === true ? 'vault' : 'store';
    const source = { files: await filesFor({ [which]: from }, values.s3), folder: folderOf(from) };
    const target = { files: await filesFor({ [which]: to }, values.s3), folder: folderOf(to) };
    const { files, bytes, present } = await copyPlace(source, target);
    say(
      `copied: ${files} files of ${bytes} bytes, of which ${present} were there already; each was compared`,
    );
    return 0;
  });
}
