-- AlterTable
ALTER TABLE "Merchant" ADD COLUMN     "testClockTarget" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "merchant_clock_advancing" ON "Merchant"("id") WHERE ("testClockTarget" IS NOT NULL);

-- Written by hand. A test clock goes forward only.
ALTER TABLE "Merchant" ADD CONSTRAINT "merchant_test_clock_target" CHECK ("testClockTarget" IS NULL OR ("testClockNow" IS NOT NULL AND "testClockTarget" >= "testClockNow"));
