export function Costs() {
  return <h1>Costs</h1>;
}
