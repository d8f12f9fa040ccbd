/**
 * A tag's key or value in InfluxDB's line protocol
 * (https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/). What has no escape is
 * replaced: an end of line by a space, backslashes at the end, which would escape what follows, by
 * slashes.
 */
export function escapeTag(text: string): string {
  return text
    .replace(/[\r\n]/g, " ")
    .replace(/\\+$/, (end) => "/".repeat(end.length))
    .replace(/[,= ]/g, "\\$&");
}
