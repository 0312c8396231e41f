/** A sentence of NMEA 0183 with its checksum and end. */
export function nmeaSentence(content: string): string {
  let sum = 0;
  for (const character of content) sum ^= character.charCodeAt(0);
  return `$${content}*${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`;
}

/** What a receiver says of a place at a moment: north of the equator, east of Greenwich. */
export function nmeaFix(at: Date, latitude: number, longitude: number): string {
  const text = at.toISOString();
  const time = `${text.slice(11, 19).replaceAll(':', '')}.${text.slice(20, 22)}`;
  const date = `${text.slice(8, 10)}${text.slice(5, 7)}${text.slice(2, 4)}`;
  const angle = (degrees: number, digits: number): string => {
    const whole = Math.floor(degrees);
    const minutes = ((degrees - whole) * 60).toFixed(5).padStart(8, '0');
    return `${String(whole).padStart(digits, '0')}${minutes}`;
  };
  const place = `${angle(latitude, 2)},N,${angle(longitude, 3)},E`;
  return [
    `GNRMC,${time},A,${place},0.10,77.5,${date},,,A`,
    `GNGGA,${time},${place},1,09,0.8,34.2,M,45.1,M,,`,
    `GNGST,${time},1.2,1.1,0.9,12.3,1.5,2.0,3.1`,
  ]
    .map(nmeaSentence)
    .join('');
}
