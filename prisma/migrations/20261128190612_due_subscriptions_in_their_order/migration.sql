-- DropIndex
DROP INDEX "subscription_due";

-- CreateIndex
CREATE INDEX "subscription_due" ON "Subscription"("nextRenewalAt", "id") WHERE ("nextRenewalAt" IS NOT NULL);
