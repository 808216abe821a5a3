import { Button } from "@mantine/core";

/** Asks for the next page of a list that comes page by page; nothing where there is none. */
export function ShowMore({
  pages: { hasNextPage, isFetchingNextPage, fetchNextPage },
  className,
}: {
  readonly pages: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
  };
  readonly className?: string;
}) {
  if (!hasNextPage) return null;
  return (
    <div className={className}>
      <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        Show more
      </Button>
    </div>
  );
}
