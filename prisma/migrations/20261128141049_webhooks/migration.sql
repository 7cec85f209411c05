-- CreateEnum
CREATE TYPE "WebhookDisabledReason" AS ENUM ('BY_HAND', 'FAILING', 'GONE');

-- CreateEnum
CREATE TYPE "WebhookFailure" AS ENUM ('TIMEOUT', 'ADDRESS_REFUSED', 'NAME_NOT_RESOLVED', 'TLS_FAILED', 'CONNECTION_FAILED', 'ENDPOINT_DISABLED');

-- AlterEnum
ALTER TYPE "NotificationKind" ADD VALUE 'WEBHOOK_DISABLED';

-- DropIndex
DROP INDEX "webhook_delivery_due";

-- AlterTable
ALTER TABLE "EmailMessage" ADD COLUMN     "webhookEndpointId" UUID;

-- AlterTable
ALTER TABLE "WebhookDelivery" ADD COLUMN     "failure" "WebhookFailure",
ADD COLUMN     "lastAttemptAt" TIMESTAMPTZ(3),
ADD COLUMN     "responseBody" TEXT,
ADD COLUMN     "scheduleStep" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "sequence" BIGINT NOT NULL;

-- AlterTable
ALTER TABLE "WebhookEndpoint" ADD COLUMN     "afterSequence" BIGINT NOT NULL,
ADD COLUMN     "deletedAt" TIMESTAMPTZ(3),
ADD COLUMN     "description" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "disabledReason" "WebhookDisabledReason",
ADD COLUMN     "failingSince" TIMESTAMPTZ(3),
ADD COLUMN     "payloadVersion" TEXT NOT NULL,
ADD COLUMN     "previousSecret" TEXT,
ADD COLUMN     "previousSecretUntil" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "WebhookFeed" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "settledSequence" BIGINT NOT NULL,
    "markSequence" BIGINT,
    "markTransaction" BIGINT,

    CONSTRAINT "WebhookFeed_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "WebhookDelivery_merchantId_endpointId_sequence_idx" ON "WebhookDelivery"("merchantId", "endpointId", "sequence" DESC);

-- CreateIndex
CREATE INDEX "webhook_delivery_undelivered" ON "WebhookDelivery"("merchantId", "endpointId", "status", "sequence" DESC) WHERE (status <> 'DELIVERED'::"WebhookDeliveryStatus");

-- CreateIndex
CREATE INDEX "webhook_delivery_due" ON "WebhookDelivery"("endpointId", "nextAttemptAt", "sequence") WHERE ("nextAttemptAt" IS NOT NULL);

-- CreateIndex
CREATE INDEX "WebhookEndpoint_merchantId_createdAt_id_idx" ON "WebhookEndpoint"("merchantId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "webhook_endpoint_listening" ON "WebhookEndpoint"("merchantId") WHERE ("disabledAt" IS NULL);


ALTER TABLE "WebhookEndpoint" ADD CONSTRAINT "webhook_endpoint_disabled" CHECK (
  ("disabledAt" IS NULL) = ("disabledReason" IS NULL) AND ("deletedAt" IS NULL OR "disabledAt" IS NOT NULL));
ALTER TABLE "WebhookEndpoint" ADD CONSTRAINT "webhook_endpoint_previous_secret" CHECK (
  ("previousSecret" IS NULL) = ("previousSecretUntil" IS NULL));
-- What is delivered or given up is not sent again by itself; what is pending always has a next attempt.
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "webhook_delivery_planned" CHECK (
  ("status" = 'PENDING') = ("nextAttemptAt" IS NOT NULL));
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "webhook_delivery_attempts" CHECK (
  "scheduleStep" >= 0 AND "attempts" >= 0);
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "webhook_delivery_delivered" CHECK (
  "status" <> 'DELIVERED' OR "deliveredAt" IS NOT NULL);
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "webhook_delivery_response" CHECK (length("responseBody") <= 1000);
ALTER TABLE "WebhookFeed" ADD CONSTRAINT "webhook_feed_one" CHECK ("id" = 1);
ALTER TABLE "WebhookFeed" ADD CONSTRAINT "webhook_feed_mark" CHECK (
  ("markSequence" IS NULL) = ("markTransaction" IS NULL));

-- Nobody listened before: what was recorded until now is told to nobody.
INSERT INTO "WebhookFeed" ("settledSequence") SELECT coalesce(max("sequence"), 0) FROM "Event";
