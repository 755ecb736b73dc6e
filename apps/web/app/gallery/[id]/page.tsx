import type { Metadata } from 'next';
import { DetailsPage } from '../../../features/gallery/details-page.tsx';

export const metadata: Metadata = { title: 'Picture' };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ image?: string | string[] }> };

export default async function Page({ params, searchParams }: Props) {
  const { id } = await params;
  const image = Number((await searchParams).image ?? 0);
  return <DetailsPage id={id} image={Number.isInteger(image) && image > 0 ? image : 0} />;
}
