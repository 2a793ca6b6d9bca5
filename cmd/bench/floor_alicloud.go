package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ClickHouse/ch-go/proto"
)

// alicloudAnswer is a page of DescribeInstanceBill.
type alicloudAnswer struct {
	Data struct {
		AccountID, AccountName, NextToken string
		TotalCount                        int
		Items                             []alicloudRow
	}
}

type alicloudRow struct {
	payerID, payerName string // the page's

	BillAccountID, BillAccountName, BillingDate, BillingItem, BillingItemCode, BillingType, BizType, CommodityCode, CostUnit,
	Currency, DeductedByResourcePackage, InstanceConfig, InstanceID, InstanceSpec, InternetIP, IntranetIP, Item, ItemName,
	ListPrice, ListPriceUnit, NickName, OwnerID, PipCode, ProductCode, ProductDetail, ProductName, ProductType, Region,
	ResourceGroup, ServicePeriod, ServicePeriodUnit, SubscriptionType, Tag, Usage, UsageUnit, Zone string

	AdjustAmount, AfterDiscountAmount, CashAmount, DeductedByCashCoupons, DeductedByCoupons, DeductedByPrepaidCard,
	InvoiceDiscount, OutstandingAmount, PaymentAmount, PretaxAmount, PretaxGrossAmount json.Number
}

func (r *alicloudRow) texts() [len(textColumns)]string {
	category := "Usage"
	switch r.Item {
	case "SubscriptionOrder", "Refund":
		category = "Purchase"
	}
	return [...]string{
		r.payerID, r.payerName, r.OwnerID, r.BillAccountName, category, "", r.ProductCode, r.ProductName, r.BillingItemCode,
		r.BillingItem, "", r.Region, r.Zone, r.SubscriptionType, r.UsageUnit, r.Currency, r.CostUnit, "Alibaba Cloud",
	}
}

func (r *alicloudRow) resource() (id, name string)          { return r.InstanceID, r.NickName }
func (r *alicloudRow) quantities() (quantity, price string) { return r.Usage, r.ListPrice }

func (r *alicloudRow) amounts() ([len(amountColumns)]proto.Int128, error) {
	all, err := fixedAll([...]string{
		r.PretaxGrossAmount.String(), r.InvoiceDiscount.String(), r.PretaxAmount.String(), "", "", "", r.DeductedByCoupons.String(),
		r.DeductedByCashCoupons.String(), r.PaymentAmount.String(), r.OutstandingAmount.String(), "", "",
	})
	all[1] = minus(all[0], all[1])
	all[3], all[4], all[5] = all[2], all[2], minus(all[2], all[7])
	return all, err
}

func (r *alicloudRow) tagPairs() ([]pair, error) {
	if r.Tag == "" {
		return nil, nil
	}
	var pairs []pair
	for one := range strings.SplitSeq(r.Tag, "; ") {
		key, value, ok := strings.Cut(strings.TrimPrefix(one, "key:"), " value:")
		if !ok {
			return nil, fmt.Errorf("%q is no tag", one)
		}
		pairs = append(pairs, pair{key, value})
	}
	return pairs, nil
}

var alicloudNative = nativeFields(`AdjustAmount AfterDiscountAmount BillAccountID BillingDate BillingType BizType CashAmount
	CommodityCode DeductedByPrepaidCard DeductedByResourcePackage InstanceConfig InstanceSpec InternetIP IntranetIP
	InvoiceDiscount Item ItemName ListPrice? ListPriceUnit PipCode ProductDetail ProductType ResourceGroup ServicePeriod
	ServicePeriodUnit`)

func (r *alicloudRow) appendNative(into *proto.ColMap[string, string]) {
	values := [...]string{
		r.AdjustAmount.String(), r.AfterDiscountAmount.String(), r.BillAccountID, r.BillingDate, r.BillingType, r.BizType,
		r.CashAmount.String(), r.CommodityCode, r.DeductedByPrepaidCard.String(), r.DeductedByResourcePackage, r.InstanceConfig,
		r.InstanceSpec, r.InternetIP, r.IntranetIP, r.InvoiceDiscount.String(), r.Item, r.ItemName, r.ListPrice, r.ListPriceUnit,
		r.PipCode, r.ProductDetail, r.ProductType, r.ResourceGroup, r.ServicePeriod, r.ServicePeriodUnit,
	}
	appendKept(into, alicloudNative, values[:])
	// The column of tags gives the text back when its keys are in order.
	pairs, err := r.tagPairs()
	if err == nil && !slices.IsSortedFunc(pairs, func(a, b pair) int { return strings.Compare(a.key, b.key) }) {
		into.Keys.Append("Tag")
		into.Values.Append(r.Tag)
	}
}
