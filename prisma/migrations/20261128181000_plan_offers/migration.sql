-- AlterEnum
ALTER TYPE "PortalFlow" ADD VALUE 'CHANGE_PLAN';

-- AlterTable
ALTER TABLE "PortalSession" ADD COLUMN     "planOfferId" UUID;

-- AlterTable
ALTER TABLE "PortalSessionLink" ADD COLUMN     "planOfferId" UUID;

-- CreateTable
CREATE TABLE "PlanOffer" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "subscriptionId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PlanOffer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PlanOfferPrice" (
    "merchantId" UUID NOT NULL,
    "planOfferId" UUID NOT NULL,
    "priceId" UUID NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "PlanOfferPrice_pkey" PRIMARY KEY ("planOfferId","priceId")
);

-- CreateIndex
CREATE INDEX "PlanOffer_createdAt_idx" ON "PlanOffer"("createdAt");

-- CreateIndex
CREATE INDEX "PlanOffer_merchantId_customerId_idx" ON "PlanOffer"("merchantId", "customerId");

-- CreateIndex
CREATE INDEX "PlanOffer_merchantId_subscriptionId_idx" ON "PlanOffer"("merchantId", "subscriptionId");

-- CreateIndex
CREATE UNIQUE INDEX "PlanOffer_merchantId_id_key" ON "PlanOffer"("merchantId", "id");

-- CreateIndex
CREATE INDEX "PlanOfferPrice_merchantId_priceId_idx" ON "PlanOfferPrice"("merchantId", "priceId");

-- CreateIndex
CREATE INDEX "PlanOfferPrice_merchantId_planOfferId_idx" ON "PlanOfferPrice"("merchantId", "planOfferId");

-- CreateIndex
CREATE INDEX "PortalSession_merchantId_planOfferId_idx" ON "PortalSession"("merchantId", "planOfferId");

-- CreateIndex
CREATE INDEX "PortalSessionLink_merchantId_planOfferId_idx" ON "PortalSessionLink"("merchantId", "planOfferId");

-- AddForeignKey
ALTER TABLE "PortalSession" ADD CONSTRAINT "PortalSession_merchantId_planOfferId_fkey" FOREIGN KEY ("merchantId", "planOfferId") REFERENCES "PlanOffer"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PortalSessionLink" ADD CONSTRAINT "PortalSessionLink_merchantId_planOfferId_fkey" FOREIGN KEY ("merchantId", "planOfferId") REFERENCES "PlanOffer"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PlanOffer" ADD CONSTRAINT "PlanOffer_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PlanOffer" ADD CONSTRAINT "PlanOffer_merchantId_customerId_fkey" FOREIGN KEY ("merchantId", "customerId") REFERENCES "Customer"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PlanOffer" ADD CONSTRAINT "PlanOffer_merchantId_subscriptionId_fkey" FOREIGN KEY ("merchantId", "subscriptionId") REFERENCES "Subscription"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PlanOfferPrice" ADD CONSTRAINT "PlanOfferPrice_merchantId_planOfferId_fkey" FOREIGN KEY ("merchantId", "planOfferId") REFERENCES "PlanOffer"("merchantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PlanOfferPrice" ADD CONSTRAINT "PlanOfferPrice_merchantId_priceId_fkey" FOREIGN KEY ("merchantId", "priceId") REFERENCES "Price"("merchantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A session is for changing the plan exactly where it carries an offer. As text, because a value that
-- was added to an enum is not to be used before the transaction that adds it has committed.
ALTER TABLE "PortalSessionLink" ADD CONSTRAINT "portal_session_link_plan_offer" CHECK ((flow::text IS NOT DISTINCT FROM 'CHANGE_PLAN') = ("planOfferId" IS NOT NULL));

-- At most ten, each in a place of its own.
ALTER TABLE "PlanOfferPrice" ADD CONSTRAINT "plan_offer_price_position" CHECK (position BETWEEN 0 AND 9);
CREATE UNIQUE INDEX "plan_offer_price_in_its_place" ON "PlanOfferPrice" ("planOfferId", position);
