/** Eleven colours along viridis (van der Walt and Smith, matplotlib 1.5, CC0), dark to bright. */
const stops = [
  [68, 1, 84],
  [72, 36, 117],
  [65, 68, 135],
  [53, 95, 141],
  [42, 120, 142],
  [33, 145, 140],
  [34, 168, 132],
  [68, 191, 112],
  [122, 209, 81],
  [189, 223, 38],
  [253, 231, 37],
] as const;

/** The viridis colour `[r, g, b]`, 0–255, at a place from 0 to 1: even in lightness, and readable when colour-blind. */
export function viridis(place: number): readonly [number, number, number] {
  const at = Math.min(1, Math.max(0, place)) * (stops.length - 1);
  const low = Math.min(Math.floor(at), stops.length - 2);
  const mix = (c: 0 | 1 | 2) => Math.round(stops[low]![c] + (stops[low + 1]![c] - stops[low]![c]) * (at - low));
  return [mix(0), mix(1), mix(2)];
}
