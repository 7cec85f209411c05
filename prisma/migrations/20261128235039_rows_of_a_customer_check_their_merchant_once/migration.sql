-- What belongs to a customer has its merchant checked with the customer, and the customer his own: the
-- merchant's row was locked four times for each renewal.
-- DropForeignKey
ALTER TABLE "EmailMessage" DROP CONSTRAINT "EmailMessage_merchantId_fkey";

-- DropForeignKey
ALTER TABLE "Invoice" DROP CONSTRAINT "Invoice_merchantId_fkey";

-- DropForeignKey
ALTER TABLE "Payment" DROP CONSTRAINT "Payment_merchantId_fkey";

-- To nobody's customer: its merchant is asked for then.
CREATE TRIGGER email_message_merchant
  BEFORE INSERT OR UPDATE OF "merchantId", "customerId" ON "EmailMessage"
  FOR EACH ROW WHEN (NEW."customerId" IS NULL) EXECUTE FUNCTION require_merchant();
