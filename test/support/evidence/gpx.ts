/** A point of a track, as a program that knows GPX alone reads it. */
export interface GpxPoint {
  readonly lat: number;
  readonly lon: number;
  readonly time: string;
  /** What this project adds, by name. */
  readonly extensions: Readonly<Record<string, string>>;
}

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
  text: string;
}

/** What the published schema of GPX 1.1 allows in each element that this project writes: its children, in this order. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  gpx: ['metadata', 'wpt', 'rte', 'trk', 'extensions'],
  metadata: ['name', 'desc', 'author', 'copyright', 'link', 'time', 'keywords', 'bounds', 'extensions'],
  trk: ['name', 'cmt', 'desc', 'src', 'link', 'number', 'type', 'extensions', 'trkseg'],
  trkseg: ['trkpt', 'extensions'],
  trkpt: [
    ...['ele', 'time', 'magvar', 'geoidheight', 'name', 'cmt', 'desc', 'src', 'link', 'sym', 'type', 'fix'],
    ...['sat', 'hdop', 'vdop', 'pdop', 'ageofdgpsdata', 'dgpsid', 'extensions'],
  ],
};
const repeatable = ['trk', 'trkseg', 'trkpt'];
const leaves: Readonly<Record<string, RegExp>> = {
  name: /^.*$/,
  desc: /^.*$/,
  time: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/,
  sat: /^\d+$/,
};

/** The tracks of a GPX file, each a list of segments. @throws Error if it is no GPX 1.1. */
export function readGpx(xml: string): GpxPoint[][][] {
  const root = parse(xml);
  if (root.name !== 'gpx' || root.attributes.version !== '1.1' || root.attributes.creator === undefined)
    throw new Error('no root element of GPX 1.1');
  if (root.attributes.xmlns !== 'http://www.topografix.com/GPX/1/1')
    throw new Error('not the namespace of GPX');
  check(root);
  const of = (node: Node, name: string): Node[] => node.children.filter((one) => one.name === name);
  return of(root, 'trk').map((track) =>
    of(track, 'trkseg').map((segment) => of(segment, 'trkpt').map((point) => pointOf(point))),
  );
}

function pointOf({ attributes, children }: Node): GpxPoint {
  const [lat, lon] = [attributes.lat, attributes.lon];
  for (const one of [lat, lon])
    if (!/^-?\d+(\.\d+)?$/.test(one ?? '')) throw new Error(`${one} is no decimal number`);
  if (Math.abs(Number(lat)) > 90 || Number(lon) < -180 || Number(lon) >= 180) throw new Error('no place');
  const extensions = children.find(({ name }) => name === 'extensions')?.children ?? [];
  return {
    lat: Number(lat),
    lon: Number(lon),
    time: children.find(({ name }) => name === 'time')?.text ?? '',
    extensions: Object.fromEntries(extensions.map(({ name, text }) => [name, text])),
  };
}

function check({ name, children, text }: Node): void {
  const order = allowed[name];
  if (order === undefined) {
    if (children.length > 0 || !(leaves[name] ?? /^$/).test(text))
      throw new Error(`wrong content of ${name}: ${text}`);
    return;
  }
  let at = 0;
  for (const child of children) {
    const place = order.indexOf(child.name);
    if (place < at) throw new Error(`${child.name} is not allowed there in ${name}`);
    at = repeatable.includes(child.name) ? place : place + 1;
    // What is of another namespace is not the schema's matter.
    if (child.name === 'extensions') continue;
    check(child);
  }
}

/** XML without comments, sections and processing instructions other than the first line. */
function parse(xml: string): Node {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!xml.startsWith(head)) throw new Error('no XML declaration');
  const top: Node = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  const token = /<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*>|([^<]+)/y;
  token.lastIndex = head.length;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const found = token.exec(xml);
    if (found === null) throw new Error(`not well-formed: ${xml.slice(at, at + 60)}`);
    const [, closes, name = '', attributes = '', text] = found;
    const inside = open.at(-1) ?? top;
    if (text !== undefined) {
      if (/&(?!(amp|lt|gt|quot|apos);)/.test(text)) throw new Error(`a bare & in ${text}`);
      inside.text += text.trim().replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    } else if (closes === '/') {
      if (inside.name !== name) throw new Error(`</${name}> within <${inside.name}>`);
      open.pop();
    } else {
      const pairs = [...attributes.matchAll(/([\w:.-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
        key,
        value,
      ]);
      const node: Node = { name, attributes: Object.fromEntries(pairs), children: [], text: '' };
      inside.children.push(node);
      open.push(node);
    }
  }
  const [root, ...more] = top.children;
  if (open.length !== 1 || root === undefined || more.length > 0) throw new Error('not one complete element');
  return root;
}
