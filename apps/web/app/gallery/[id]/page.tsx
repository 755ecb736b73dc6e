import { canonicalUuid } from '@darkroom/shared/ids/ids';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { DetailsPage } from '../../../features/gallery/details-page.tsx';

export const metadata: Metadata = { title: 'Picture' };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ image?: string | string[] }> };

/** Another address is another visit: what was turned to since the last one is forgotten. */
export default async function Page({ params, searchParams }: Props) {
  const { id } = await params;
  if (canonicalUuid(id) === null) notFound();
  const { image } = await searchParams;
  return <DetailsPage key={`${id}/${image}`} />;
}
