-- expand: families and owners of the tag library in both languages; what the playbook brought gets its English
ALTER TABLE tag_type ADD COLUMN family_en TEXT;
ALTER TABLE tag_type ADD COLUMN owner_en TEXT;
UPDATE tag_type SET family_en = CASE family
  WHEN '人群' THEN 'Audience'
  WHEN '兴趣爱好' THEN 'Interests'
  WHEN '内容' THEN 'Content'
  WHEN '口碑' THEN 'Word of mouth'
  WHEN '地域' THEN 'Region'
  WHEN '培育' THEN 'Nurturing'
  WHEN '家庭' THEN 'Family'
  WHEN '所属行业' THEN 'Industry'
  WHEN '收入水平' THEN 'Income'
  WHEN '活动' THEN 'Gatherings'
  WHEN '角色' THEN 'Role'
  WHEN '触点' THEN 'Touchpoints'
  WHEN '跟进' THEN 'Follow-up'
  WHEN '车主路径' THEN 'Owner path'
  END;
UPDATE tag_type SET owner_en = CASE owner
  WHEN 'KOC 运营' THEN 'KOC team'
  WHEN '活动运营' THEN 'Gatherings team'
  WHEN '用户研究' THEN 'User research'
  WHEN '用户运营' THEN 'User operations'
  WHEN '社区运营' THEN 'Community team'
  WHEN '转介绍' THEN 'Referral team'
  WHEN '销售线索' THEN 'Sales leads'
  END;
