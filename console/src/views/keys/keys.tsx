export function Keys() {
  return <h1>Keys and members</h1>;
}
