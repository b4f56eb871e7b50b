/** A description: paragraphs, with code between backticks. All of it is text; nothing in it becomes markup. */
export const Words = ({ text }: { text: string }) => (
  <>{text.split(/\n{2,}/).map((paragraph, at) => <p key={at}>{paragraph.split(/`([^`]+)`/).map((part, index) => index % 2 ? <code key={index}>{part}</code> : part)}</p>)}</>
);
